package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.sequence.HiddenChain;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Draws of summed-out latents given everything else.
 *
 * <p>In the reverse of the order they were summed out in, each given the ones before: backward
 * sampling.
 */
final class StateDraws {
  private final Elimination elimination;
  private final Layout layout;
  private final int base;
  private final Map<Enumerated, Tensor> drawn = new LinkedHashMap<>();

  private StateDraws(Elimination elimination) {
    this.elimination = elimination;
    this.layout = elimination.layout();
    this.base = layout.rank() + 1;
  }

  /** One draw of every latent for each particle, {@code [S] + plates + event}. */
  static Map<Latent, Tensor> of(
      Elimination elimination, Context context, int particles, Function<Site, Seed> keys) {
    StateDraws draws = new StateDraws(elimination);
    List<Elimination.Step> backwards = new ArrayList<>(elimination.steps());
    Collections.reverse(backwards);
    for (Elimination.Step step : backwards) {
      Elimination.inside(
          context,
          step.latent().plates(),
          () -> draws.draw(step, particles, keys.apply(step.latent().site())));
    }
    Map<Latent, Tensor> values = new LinkedHashMap<>();
    for (Enumerated latent : elimination.latents()) {
      values.put(latent.site(), draws.drawn.getOrDefault(latent, Tensor.number(0)));
    }
    return values;
  }

  private void draw(Elimination.Step step, int particles, Seed key) {
    Enumerated latent = step.latent();
    Tensor total = step.total();
    int steps = latent.chain().isPresent() ? 1 : 0;
    int left = total.shape().rank() - base - steps;
    for (Enumerated other : elimination.latents()) {
      int at = left - 1 - other.axis();
      boolean here = at >= 0 && total.shape().dim(at) != 1;
      if (here && !other.equals(latent)) {
        total = chosen(total, at, other, steps);
      }
    }
    Tensor last = Elimination.statesLast(total, left - 1 - latent.axis());
    Shape batch = Shape.of(particles).append(layout.plateShape());
    Shape shape = last.shape();
    Tensor logits = last.reshape(shape.slice(left - 1, shape.rank()));
    Tensor value =
        latent
            .chain()
            .map(c -> HiddenChain.draw(c.logInitial(), c.logTransition(), logits, key, batch))
            .orElseGet(() -> Categorical.logits(logits).sample(key, batch));
    drawn.put(latent, value);
  }

  /** The part of a total that belongs to the values drawn of one latent. */
  private Tensor chosen(Tensor total, int at, Enumerated other, int steps) {
    int k = other.size();
    double[] numbers = new double[k];
    Shape shape = Shape.of(k);
    for (int i = 0; i < k; i++) {
      numbers[i] = i;
    }
    for (int i = at + 1; i < total.shape().rank(); i++) {
      shape = shape.append(1);
    }
    Tensor value = drawn.get(other);
    Tensor same = Arena.current().tensor(numbers, shape);
    Tensor mask = same.equalTo(steps == 1 ? value.unsqueeze(-1) : value);
    return mask.select(total, 0).sum(at).unsqueeze(at);
  }
}
