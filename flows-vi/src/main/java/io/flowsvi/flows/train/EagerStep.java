package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.flows.optimize.Home;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.model.Trace;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Runs the whole step operation by operation in one arena; the gradient stays in the engine where
 * the parameters live there.
 */
record EagerStep<D>(
    Session session,
    ParamStore params,
    ModelStructure structure,
    Model<D> model,
    Guide<? super D> guide,
    Objective objective,
    Home home,
    double[] gradient)
    implements Step<D> {
  @Override
  public double run(D batch, Seed key, long number, double temperature) {
    Seed noise = key.fold(number);
    Supplier<Tensor> loss = () -> loss(batch, noise, temperature);
    return session.compute(
        arena ->
            home.residence()
                .map(place -> Tape.gradient(params, place, loss))
                .orElseGet(() -> Tape.gradient(params, gradient, loss)));
  }

  private Tensor loss(D batch, Seed noise, double temperature) {
    Proposal proposal =
        objective
            .<D>proposing(guide)
            .propose(new ArenaInputs(), batch, objective.particles(), noise);
    Trace trace = Scoring.run(structure, model, batch, proposal.values());
    return objective.loss(Scores.of(trace, proposal), Tensor.number(temperature));
  }
}
