package io.flowsvi.models.bayes;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Site;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A model that can be chosen by name, with its data.
 *
 * @param description one line for lists
 * @param model the model
 * @param reader makes its data of Stan-style JSON
 * @param bundled its bundled data
 * @param keys the names and shapes of the JSON, for lists: {@code J, y[J], sigma[J]}
 * @param reported the latents and derived sites to report, in this order; empty for all of them
 * @param <D> its data
 */
public record ModelEntry<D>(
    String description,
    Model<D> model,
    Function<StanData, D> reader,
    Supplier<D> bundled,
    String keys,
    List<Site> reported) {
  /** Copies the list. */
  public ModelEntry {
    reported = List.copyOf(reported);
  }

  /** A model of which every latent and derived site is reported. */
  public ModelEntry(
      String description, Model<D> model, Function<StanData, D> reader, Supplier<D> bundled) {
    this(description, model, reader, bundled, "", List.of());
  }

  /** This entry, saying what its JSON holds. */
  public ModelEntry<D> reading(String names) {
    return new ModelEntry<>(description, model, reader, bundled, names, reported);
  }

  /** This entry, reporting only these sites. */
  public ModelEntry<D> reporting(Site... sites) {
    return new ModelEntry<>(description, model, reader, bundled, keys, List.of(sites));
  }
}
