package io.flowsvi.models.bayes;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.model.Model;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A model that can be chosen by name, with its data.
 *
 * @param description one line for lists
 * @param model the model
 * @param reader makes its data of Stan-style JSON
 * @param bundled its bundled data
 * @param <D> its data
 */
public record ModelEntry<D>(
    String description, Model<D> model, Function<StanData, D> reader, Supplier<D> bundled) {}
