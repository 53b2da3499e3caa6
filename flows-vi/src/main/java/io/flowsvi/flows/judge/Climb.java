package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.verdict.Weights;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.model.Trace;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a rung starts from: the problem, and the best found so far.
 *
 * @param <D> the model's data
 */
public final class Climb<D> {
  private static final double GOOD = 0.45;
  private static final int CHUNK = 500;

  /** A mixture less efficient than this only spoils what it is mixed into. */
  private static final double LEAST_DEFENCE = 0.005;

  private final Session session;
  private final ModelStructure structure;
  private final Model<D> model;
  private final D data;
  private final CountedDensity density;
  private final List<Mode> modes;
  private final Seed seed;
  private Candidate best;
  private Assessment assessment;
  private Assessment latest;
  private double mixtureEfficiency;
  private long[] counted = {0, 0};
  private String bestName = "none";
  private Optional<StudentMixture> mixture = Optional.empty();
  private Optional<Weights.Bound> highest = Optional.empty();

  Climb(
      Session session,
      ModelStructure structure,
      Model<D> model,
      D data,
      CountedDensity density,
      List<Mode> modes,
      Seed seed) {
    this.session = session;
    this.structure = structure;
    this.model = model;
    this.data = data;
    this.density = density;
    this.modes = new ArrayList<>(modes);
    this.seed = seed;
  }

  /** Where it computes. */
  public Session session() {
    return session;
  }

  /** The model's structure. */
  public ModelStructure structure() {
    return structure;
  }

  /** The model. */
  public Model<D> model() {
    return model;
  }

  /** Its data. */
  public D data() {
    return data;
  }

  CountedDensity density() {
    return density;
  }

  /** The maxima found, highest evidence first; none if the budget was spent before. */
  public List<Mode> modes() {
    return List.copyOf(modes);
  }

  /** More maxima, found later. */
  void add(List<Mode> more) {
    modes.addAll(more);
  }

  /** Whether a rung has to end with what it has. */
  public boolean spent() {
    return density.budget().spent();
  }

  /** The highest bound of the evidence that any candidate gave, kept or not. */
  Optional<Weights.Bound> highest() {
    return highest;
  }

  /** A key for this rung's draws. */
  public Seed seed(String purpose) {
    return seed.fold(purpose);
  }

  /** The assessment of the best candidate so far. */
  public Assessment assessment() {
    return assessment;
  }

  Candidate best() {
    return best;
  }

  String bestName() {
    return bestName;
  }

  /** The best Student-t mixture so far: a start for others. */
  public Optional<StudentMixture> mixture() {
    return mixture;
  }

  /** The last candidate's assessment, kept or not. */
  Assessment latest() {
    return latest;
  }

  /** Gradients and values counted at the last {@link #count}. */
  long[] counted() {
    return counted.clone();
  }

  void count() {
    counted = new long[] {density.gradientCount(), density.valueCount()};
  }

  /** The mixture, if its draws are good enough to mix into others'. */
  Optional<StudentMixture> defence() {
    return mixture.filter(m -> mixtureEfficiency > LEAST_DEFENCE);
  }

  /** Takes in a candidate that is to be kept whatever it looks like: the others miss mass. */
  void replace(String name, Candidate candidate, Assessment fresh) {
    best = null;
    take(name, candidate, fresh);
  }

  /** Points of unconstrained space in the model, some at a time: every term of log p. */
  void scored(double[] points, Scored body) {
    int dim = structure.dim();
    int n = points.length / dim;
    for (int from = 0; from < n; from += CHUNK) {
      int first = from;
      int count = Math.min(CHUNK, n - from);
      double[] some = Arrays.copyOfRange(points, from * dim, (from + count) * dim);
      session.compute(
          arena -> {
            Tensor flat = arena.tensor(some, Shape.of(count, dim));
            body.accept(first, count, Scoring.run(structure, model, data, structure.assign(flat)));
            return true;
          });
    }
  }

  /** What is done with the terms of some points, counted from the first. */
  interface Scored {
    void accept(int first, int count, Trace trace);
  }

  /** Takes in a candidate; keeps it where it is better. */
  boolean take(String name, Candidate candidate, Assessment fresh) {
    latest = fresh;
    Weights.Bound bound = new Weights.Bound(name, fresh.elbo(), fresh.elboStandardError());
    if (highest.isEmpty() || bound.atLeast() > highest.get().atLeast()) {
      highest = Optional.of(bound);
    }
    boolean better = best == null || better(fresh, assessment);
    if (better) {
      best = candidate;
      assessment = fresh;
      bestName = name;
      if (candidate instanceof StudentMixture student) {
        mixture = Optional.of(student);
        mixtureEfficiency = fresh.efficiency();
      }
    }
    return better;
  }

  /**
   * One whose bound exceeds the other's evidence has seen more; a good tail before a bad one, then
   * more effective draws; where both have next to none, the higher bound.
   */
  static boolean better(Assessment a, Assessment b) {
    double few = 50;
    if (a.exceeds(b) != b.exceeds(a)) {
      return a.exceeds(b);
    }
    if (a.ess() < few && b.ess() < few) {
      return a.elbo() > b.elbo();
    }
    boolean goodA = a.kHat() < GOOD && a.ess() > 10 * few;
    boolean goodB = b.kHat() < GOOD && b.ess() > 10 * few;
    return goodA == goodB ? a.efficiency() > b.efficiency() : goodA;
  }
}
