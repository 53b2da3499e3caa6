package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.dist.SupportRecipe;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentSupports;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is fitted to what: everything a query of a guide and its model needs. */
record Target<D>(
    Session session,
    ParamStore params,
    ModelStructure structure,
    Model<D> model,
    Guide<? super D> guide,
    Queries queries) {
  /**
   * Draws in one arena. Fixed, so that draw i is the same whatever the number asked for; small, so
   * that memory does not grow with it.
   */
  static final int CHUNK = 500;

  /** The input of a recorded step by which its objective is annealed. */
  static final String TEMPERATURE = "temperature";

  /** How log weights are computed: compiled where execution and engine allow it. */
  static Queries queries(Session session, ParamStore params, Execution execution) {
    return execution == Execution.COMPILED ? Queries.of(session, params) : Queries.eager(session);
  }

  /** What is done with the particles of one chunk. */
  interface Chunk {
    void accept(Proposal proposal, int first, int count, Seed seed);
  }

  private static int checked(int n) {
    if (n < 1) {
      throw new PplException("The number of draws must be at least 1, got " + n + ".");
    }
    return n;
  }

  /** Proposes n particles, a chunk in an arena of its own at a time. */
  void propose(D data, int n, Seed key, Chunk body) {
    for (int first = 0; first < checked(n); first += CHUNK) {
      int from = first;
      int count = Math.min(CHUNK, n - first);
      Seed seed = key.fold(first / CHUNK);
      session.compute(
          arena -> {
            body.accept(particles(data, count, seed), from, count, seed);
            return true;
          });
    }
  }

  /** The scores of a proposal under the model. */
  Scores scores(D data, Proposal proposal) {
    return Scores.of(Scoring.run(structure, model, data, proposal.values()), proposal);
  }

  /** The loss of a step, as it is recorded; its temperature is an input. */
  Tensor loss(Objective objective, Recorder recorder, D batch, int particles) {
    Proposal proposal =
        objective.<D>proposing(guide).propose(new ArenaInputs(), batch, particles, recorder.seed());
    return objective.loss(scores(batch, proposal), recorder.input(TEMPERATURE, Shape.scalar()));
  }

  /** log p − log q of n draws, summed over the rows of the data; scaled where it is a batch. */
  double[] logWeights(D data, int n, Seed key) {
    double[] weights = new double[n];
    for (int first = 0; first < checked(n); first += CHUNK) {
      int count = Math.min(CHUNK, n - first);
      double[] some =
          queries.ask(
              "log weights of " + count,
              data,
              key.fold(first / CHUNK),
              seed -> List.of(total(scores(data, particles(data, count, seed)))),
              found -> found.get(0).toDoubles());
      System.arraycopy(some, 0, weights, first, count);
    }
    return weights;
  }

  private Proposal particles(D data, int count, Seed seed) {
    return guide.propose(new ArenaInputs(), data, count, seed);
  }

  private static Tensor total(Scores scores) {
    Tensor each = scores.logWeights();
    return each.shape().rank() == 1 ? each : each.sum(1).times(scores.scale());
  }

  /** The support of each latent at one draw, for types that can be written down. */
  Map<Latent, SupportRecipe> supports(D data, Seed key) {
    Map<Latent, SupportRecipe> recipes = new LinkedHashMap<>();
    propose(
        data,
        1,
        key,
        (proposal, first, count, seed) ->
            LatentSupports.at(structure, model, data, proposal.values())
                .forEach(
                    (site, support) ->
                        SupportRecipe.of(support).ifPresent(r -> recipes.put(site, r))));
    return recipes;
  }

  /** Runs a body with other parameters in the store, and puts back what was there. */
  <T> T with(double[] values, Supplier<T> body) {
    double[] live = params.values();
    double[] before = live.clone();
    System.arraycopy(values, 0, live, 0, values.length);
    try {
      return body.get();
    } finally {
      System.arraycopy(before, 0, live, 0, values.length);
    }
  }
}
