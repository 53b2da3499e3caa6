package io.flowsvi.models.vae;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.objective.AnnealedElbo;
import io.flowsvi.flows.objective.DoublyReparameterizedIwae;
import io.flowsvi.flows.objective.FreeBitsElbo;
import io.flowsvi.flows.objective.Iwae;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.models.image.Images;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A recipe for what a VAE's training minimises. */
@FunctionalInterface
public interface VaeObjective {
  /** Nats that an image's latent vector has for free under {@code free-bits}. */
  double FREE_NATS = 3;

  /** An objective with so many draws of each image, its KL part switched on along so many steps. */
  Objective build(Guide<?> guide, int particles, long warmSteps);

  /** The guide that training proposes with. */
  default Guide<Images> guide(VaeParts parts, ModelStructure structure) {
    return parts.guide(structure);
  }

  /**
   * The ELBO with warm-up and the KL part in closed form: for Gaussians under a standard normal.
   */
  static VaeObjective exactKl() {
    return new VaeObjective() {
      @Override
      public Objective build(Guide<?> guide, int particles, long warmSteps) {
        return new AnnealedElbo(particles, warmSteps, 0);
      }

      @Override
      public Guide<Images> guide(VaeParts parts, ModelStructure structure) {
        return parts.exactKlGuide(structure);
      }
    };
  }

  /**
   * The library's by name: {@code elbo} (with warm-up), {@code exact-kl}, {@code free-bits}, {@code
   * iwae}, {@code dreg} (doubly reparameterised; only for bijective chains).
   */
  static Map<String, VaeObjective> all() {
    Map<String, VaeObjective> all = new LinkedHashMap<>();
    all.put("elbo", (guide, particles, warm) -> new AnnealedElbo(particles, warm, 0));
    all.put("exact-kl", exactKl());
    all.put("free-bits", (guide, particles, warm) -> new FreeBitsElbo(particles, FREE_NATS));
    all.put("iwae", (guide, particles, warm) -> new Iwae(particles));
    all.put(
        "dreg",
        (guide, particles, warm) -> {
          if (guide instanceof ScorableGuide<?> scorable) {
            return new DoublyReparameterizedIwae(scorable, particles);
          }
          throw new PplException(
              "The objective 'dreg' needs a posterior that scores given latents, which planar,"
                  + " Sylvester and masked layers do not. Likely fix: take 'iwae', or the flow"
                  + " none, householder or ccliniaf.");
        });
    return Collections.unmodifiableMap(all);
  }
}
