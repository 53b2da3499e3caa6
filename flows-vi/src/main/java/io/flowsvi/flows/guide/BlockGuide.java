package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A guide of independent blocks, each with a guide of its own: q(z) = Π_b q_b(z_b).
 *
 * <p>A block's guide is built on {@link ModelStructure#part}: a flow for one group of sites, a
 * mean-field or an amortised guide for another.
 */
public final class BlockGuide {
  private BlockGuide() {}

  /**
   * Of guides that together propose every latent of the model once; else the first proposal throws
   * {@link PplException} naming the latent.
   */
  public static <D> Guide<D> of(ModelStructure structure, List<? extends Guide<? super D>> blocks) {
    List<Guide<? super D>> all = List.copyOf(blocks);
    return (in, data, particles, seed) -> propose(structure, all, in, data, particles, seed);
  }

  /** As {@link #of}, of guides that score. */
  public static <D> ScorableGuide<D> scorable(
      ModelStructure structure, List<? extends ScorableGuide<? super D>> blocks) {
    List<ScorableGuide<? super D>> all = List.copyOf(blocks);
    return new ScorableGuide<>() {
      @Override
      public Proposal propose(Inputs in, D data, int particles, Seed seed) {
        return BlockGuide.propose(structure, all, in, data, particles, seed);
      }

      @Override
      public List<Term> logProb(Inputs in, D data, Assignment values) {
        List<Term> terms = new ArrayList<>();
        all.forEach(block -> terms.addAll(block.logProb(in, data, values)));
        return terms;
      }
    };
  }

  private static <D> Proposal propose(
      ModelStructure structure,
      List<? extends Guide<? super D>> blocks,
      Inputs in,
      D data,
      int particles,
      Seed seed) {
    Map<Latent, Tensor> reals = new HashMap<>();
    List<Term> logQ = new ArrayList<>();
    List<Proposal> proposals = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      Proposal own = blocks.get(b).propose(in, data, particles, seed.fold(b));
      for (Map.Entry<Latent, Tensor> value : own.values().reals().entrySet()) {
        if (reals.put(value.getKey(), value.getValue()) != null) {
          throw new PplException(
              "Latent '"
                  + value.getKey().name()
                  + "' is proposed by two blocks. Likely fix: put each latent into one block.");
        }
      }
      logQ.addAll(own.logQ());
      proposals.add(own);
    }
    Map<Latent, Tensor> ordered = new LinkedHashMap<>();
    for (LatentInfo latent : structure.latents()) {
      Tensor value = reals.get(latent.site());
      if (value == null) {
        throw new PplException(
            "Latent '"
                + latent.site().name()
                + "' is in no block. Likely fix: add a block for it, or put it into one.");
      }
      ordered.put(latent.site(), value);
    }
    return new Proposal(
        new Assignment(ordered),
        logQ,
        () -> proposals.stream().flatMap(p -> p.pathLogQ().get().stream()).toList());
  }
}
