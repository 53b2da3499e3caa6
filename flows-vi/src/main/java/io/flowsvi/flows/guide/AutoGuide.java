package io.flowsvi.flows.guide;

import io.flowsvi.flows.layer.EntropyFlow;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A guide of a whole model from one sampler over its flat unconstrained space.
 *
 * <p>A draw u {@code [S, D]} is moved to the model's starting point and cut per latent into {@code
 * [S] + plates + reals}; log q is {@code [S]}. A shift leaves log q as it is. The sampler starts
 * near standard normal or narrower, so the fit starts where the model is known to be finite.
 */
public final class AutoGuide {
  private AutoGuide() {}

  /**
   * A guide from any sampler. Throws {@link PplException} if its dimension is not the model's, or a
   * latent sits in a batch plate.
   */
  public static Guide<Object> of(ModelStructure structure, Sampler sampler) {
    check(structure, sampler);
    return (in, data, particles, seed) -> {
      Draw draw = sampler.draw(seed, Shape.of(particles));
      return new Proposal(
          structure.assign(moved(structure, draw.value())),
          terms(structure, draw.logProb()),
          () -> {
            throw new PplException(
                "This guide's sampler ("
                    + sampler
                    + ") cannot score values, which the objective asks for (path gradients). Likely"
                    + " fix: use an Elbo, or a chain of bijective layers only.");
          });
    };
  }

  /** A guide that can score, from a flow. Throws as {@link #of(ModelStructure, Sampler)}. */
  public static ScorableGuide<Object> of(ModelStructure structure, Flow flow) {
    check(structure, flow);
    return new FlowGuide(structure, flow);
  }

  /**
   * A guide that can score and knows its entropy, from a normal. Throws as {@link
   * #of(ModelStructure, Sampler)}.
   */
  public static EntropyGuide of(ModelStructure structure, EntropyFlow flow) {
    check(structure, flow);
    return new NormalGuide(structure, flow);
  }

  private record FlowGuide(ModelStructure structure, Flow flow) implements ScorableGuide<Object> {
    @Override
    public Proposal propose(Inputs in, Object data, int particles, Seed seed) {
      return proposed(structure, flow, particles, seed);
    }

    @Override
    public List<Term> logProb(Inputs in, Object data, Assignment values) {
      return scored(structure, flow, values);
    }
  }

  private record NormalGuide(ModelStructure structure, EntropyFlow flow) implements EntropyGuide {
    @Override
    public Proposal propose(Inputs in, Object data, int particles, Seed seed) {
      return proposed(structure, flow, particles, seed);
    }

    @Override
    public List<Term> logProb(Inputs in, Object data, Assignment values) {
      return scored(structure, flow, values);
    }

    @Override
    public Tensor entropy() {
      return flow.entropy();
    }
  }

  private static Proposal proposed(ModelStructure structure, Flow flow, int particles, Seed seed) {
    Draw draw = flow.draw(seed, Shape.of(particles));
    return new Proposal(
        structure.assign(moved(structure, draw.value())),
        terms(structure, draw.logProb()),
        new PathLogQ(structure, flow, draw.value()));
  }

  /** log q at a draw with the guide's parameters stopped; most objectives never ask for it. */
  private record PathLogQ(ModelStructure structure, Flow flow, Tensor draw)
      implements Supplier<List<Term>> {
    @Override
    public List<Term> get() {
      return ParamStore.stopped(() -> terms(structure, flow.logProb(draw)));
    }
  }

  private static List<Term> scored(ModelStructure structure, Flow flow, Assignment values) {
    Tensor flat = structure.flatten(values);
    Tensor start = Arena.current().tensor(structure.start(), Shape.of(structure.dim()));
    return terms(structure, flow.logProb(flat.minus(start)));
  }

  /** Draws {@code [S, D]}, not yet moved to the model's start, of a guide that cannot score. */
  static Proposal proposal(ModelStructure structure, Tensor draws, Tensor logQ) {
    return new Proposal(
        structure.assign(moved(structure, draws)),
        terms(structure, logQ),
        () -> {
          throw new PplException(
              "A point estimate cannot score values, which the objective asks for (path gradients)."
                  + " Likely fix: use an Elbo.");
        });
  }

  private static Tensor moved(ModelStructure structure, Tensor draw) {
    double[] start = structure.start();
    for (double s : start) {
      if (s != 0) {
        return draw.plus(Arena.current().tensor(start, Shape.of(start.length)));
      }
    }
    return draw;
  }

  private static List<Term> terms(ModelStructure structure, Tensor logQ) {
    Shape shape = Shape.of(logQ.shape().dim(0));
    for (int i = 0; i < structure.plateRank(); i++) {
      shape = shape.append(1);
    }
    List<Site> sites = new ArrayList<>();
    for (LatentInfo latent : structure.latents()) {
      sites.add(latent.site());
    }
    return List.of(new Term(sites, Term.Kind.GUIDE, logQ.reshape(shape), List.of()));
  }

  private static void check(ModelStructure structure, Sampler sampler) {
    Shape expected = Shape.of(structure.dim());
    if (!sampler.eventShape().equals(expected)) {
      throw new PplException(
          "The guide's sampler draws vectors of shape "
              + sampler.eventShape()
              + ", but the model has "
              + structure.dim()
              + " unconstrained dimensions: "
              + structure.latents().stream().map(l -> l.site().name() + " " + l.size()).toList()
              + ". Likely fix: build the chain with Chain.of(structure.dim()).");
    }
    refuseBatches(structure);
  }

  /** A global guide has no numbers for rows outside a batch. */
  static void refuseBatches(ModelStructure structure) {
    for (LatentInfo latent : structure.latents()) {
      for (Plate plate : latent.plates()) {
        if (plate.isBatch()) {
          throw new PplException(
              "Latent '"
                  + latent.site().name()
                  + "' is in the batch plate "
                  + plate
                  + ": a global guide has numbers for the rows of one batch only. Likely fix: use"
                  + " an AmortizedGuide, or a plate with all rows.");
        }
      }
    }
  }
}
