package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.train.PointDraws;
import io.flowsvi.flows.train.SavedDraws;
import io.flowsvi.flows.verdict.Judgement;
import io.flowsvi.flows.verdict.Quantity;
import io.flowsvi.flows.verdict.Row;
import io.flowsvi.ppl.model.Hierarchy;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.NonCentred;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fit without tuning: its draws, how far to trust them, and how it got there.
 *
 * <p>Latents whose scale depends on other latents are non-centred first ("/nc" in the rungs), then
 * taken as the model has them; the better of both is improved further.
 *
 * @param structure of the model that was fitted
 * @param draws the draws delivered, corrected by importance where that helps
 * @param judgement whether to trust them
 * @param rungs what was tried, in order
 * @param rung the name of the one the draws come from
 * @param modes the maxima found
 * @param assessment the importance weights behind the judgement
 * @param quantities every latent and derived scalar, with the tails of its weights
 * @param rows of plates whose weights can be told apart
 * @param gradients gradient evaluations in all
 * @param values evaluations of the density alone, in all
 * @param seconds wall time
 * @param <D> the model's data
 */
public record AutoFit<D>(
    ModelStructure structure,
    PointDraws<D> draws,
    Judgement judgement,
    List<RungReport> rungs,
    String rung,
    List<Mode> modes,
    Assessment assessment,
    List<Quantity> quantities,
    List<Row> rows,
    long gradients,
    long values,
    double seconds) {
  private static final int WIDE = 60;

  /** Copies the lists. */
  public AutoFit {
    rungs = List.copyOf(rungs);
    modes = List.copyOf(modes);
    quantities = List.copyOf(quantities);
    rows = List.copyOf(rows);
  }

  /** The scalar whose spread is the hardest to estimate. */
  public Quantity worst() {
    return Quantity.worst(quantities);
  }

  /** Fits a model to its data, with the default ladder and settings. */
  public static <D> AutoFit<D> of(Session session, Model<D> model, D data) {
    return of(session, model, data, Ladder.standard(), AutoSettings.defaults());
  }

  /**
   * Fits a model to its data, within the settings' seconds and gradients. Throws what {@link
   * ModelStructure#of} throws.
   */
  public static <D> AutoFit<D> of(
      Session session,
      Model<D> model,
      D data,
      Ladder ladder,
      AutoSettings settings,
      LadderListener... listeners) {
    long begin = System.nanoTime();
    ModelStructure structure = ModelStructure.of(session, model, data);
    if (structure.dim() == 0) {
      throw new PplException(
          "The model has no latent to infer; its sites are "
              + structure.sites().stream().map(s -> s.site().name()).toList()
              + ". Likely fix: sample the unknown quantities with ctx.sample(new Latent(...),"
              + " prior).");
    }
    Ascent<D> ascent = new Ascent<>(session, data, ladder, settings, begin, List.of(listeners));
    List<Latent> funnels = Hierarchy.of(session, structure, model, data);
    // In many dimensions a search for maxima is the costliest part, and often in vain.
    boolean wide = structure.dim() > WIDE;
    boolean passed = wide && ascent.alone(structure, model) || ascent.settled(structure.dim());
    if (!passed && !funnels.isEmpty()) {
      Model<D> other = NonCentred.of(model, funnels.toArray(Latent[]::new));
      passed = ascent.cheap("/nc", ModelStructure.of(session, other, data), other);
    }
    passed = passed || ascent.cheap("", structure, model);
    passed = passed || !wide && ascent.alone(structure, model);
    List<Latent> dependent = Hierarchy.dependent(session, structure, model, data);
    if (!passed && dependent.size() > funnels.size()) {
      Model<D> other = NonCentred.of(model, dependent.toArray(Latent[]::new));
      passed = ascent.cheap("/innovations", ModelStructure.of(session, other, data), other);
    }
    if (!passed) {
      ascent.costly();
    }
    return ascent.deliver();
  }

  /** Whether the draws were resampled by their importance weights. */
  public boolean resampled() {
    return Delivery.corrects(assessment);
  }

  /** The draws of all latents and derived sites with their record: to keep in a file. */
  public SavedDraws saved() {
    return SavedDraws.of(draws, record());
  }

  /**
   * What is to be said of the draws, by name: {@code verdict}, {@code reason}, {@code next}, {@code
   * rung}, {@code k_hat}, {@code effective_draws}, {@code proposals}, {@code log_evidence} and
   * {@code resampled}.
   */
  public Map<String, String> record() {
    Map<String, String> record = new LinkedHashMap<>();
    record.put("verdict", judgement.word());
    record.put("reason", judgement.reason());
    record.put("next", judgement.next());
    record.put("rung", rung);
    record.put("k_hat", String.valueOf(assessment.kHat()));
    record.put("effective_draws", String.valueOf(assessment.ess()));
    record.put("proposals", String.valueOf(assessment.cloud().size()));
    record.put("log_evidence", String.valueOf(assessment.logEvidence()));
    record.put("resampled", String.valueOf(resampled()));
    return record;
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
