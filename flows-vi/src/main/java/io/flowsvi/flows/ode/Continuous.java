package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Estimated;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.Optional;

/**
 * Carries points along a vector field for one unit of time.
 *
 * <p>dz/dt = f(z, t), z(0) = x, y = z(1); log|det| = ∫ tr ∂f/∂z dt, with the exact trace. x is
 * {@code [..., D]}, the log-det {@code [...]}. Both directions cost as many evaluations of the
 * field as the {@link Solver} makes; the inverse starts from time 1. Any field with bounded slopes
 * is invertible; the solver's error enters map, log-det and round trip alike, so state its
 * tolerance beside results. Chen, Rubanova, Bettencourt and Duvenaud (2018), eq. 8; Grathwohl et
 * al. (2019), eq. 4. {@link #trained} has the estimated trace and the penalties of training.
 */
public final class Continuous implements BijectiveLayer {
  private final Dynamics dynamics;
  private final Solver solver;
  private final SolveLog log;

  /** A layer of a field and a solver. */
  public Continuous(Dynamics dynamics, Solver solver) {
    this(dynamics, solver, new SolveLog());
  }

  private Continuous(Dynamics dynamics, Solver solver, SolveLog log) {
    this.dynamics = dynamics;
    this.solver = solver;
    this.log = log;
  }

  /** The same field, solved in another way. */
  public Continuous withSolver(Solver other) {
    return new Continuous(dynamics, other, log);
  }

  /** What solves took so far; shared with layers made of this one. */
  public SolveLog log() {
    return log;
  }

  @Override
  public int dim() {
    return dynamics.dim();
  }

  @Override
  public ParamLayout layout() {
    return dynamics.layout();
  }

  @Override
  public Init init() {
    return dynamics.init();
  }

  @Override
  public Bijection bind(Values values) {
    VectorField field = dynamics.bind(values);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor x) {
        return mapped(solve(field, 0, 1, x));
      }

      @Override
      public Mapped inverse(Tensor y) {
        return mapped(solve(field, 1, 0, y));
      }
    };
  }

  private static Mapped mapped(Solution solution) {
    return new Mapped(solution.value(), solution.integral());
  }

  private Solution solve(VectorField field, double from, double to, Tensor x) {
    Solution solution = solver.solve(field, from, to, x);
    log.add(solution.report());
    return solution;
  }

  /**
   * The layer in training: this one, with another divergence and penalties, and solved in this
   * layer's way. What scores and draws keeps the exact trace.
   */
  public EstimatedLayer trained(Divergence divergence, Penalty penalty) {
    return trained(divergence, penalty, solver);
  }

  /**
   * The layer in training, solved in a quicker way than what scores and draws: in {@link
   * FixedSteps} or {@link KeptSteps} a training step is recorded.
   */
  public EstimatedLayer trained(Divergence divergence, Penalty penalty, Solver quicker) {
    Optional<Pace> pace =
        quicker instanceof KeptSteps kept ? Optional.of(new Pace(kept, log)) : Optional.empty();
    return new Trained(this, withSolver(quicker), divergence, penalty, pace);
  }

  private record Trained(
      Continuous exact,
      Continuous quicker,
      Divergence divergence,
      Penalty penalty,
      Optional<Pace> steps)
      implements EstimatedLayer {
    @Override
    public String effort() {
      return exact.log.take().toString();
    }

    @Override
    public List<Integer> pace() {
      return steps.map(Pace::state).orElse(List.of());
    }

    @Override
    public void resume(List<Integer> pace) {
      steps.ifPresent(s -> s.resume(pace));
    }

    @Override
    public Estimated forward(Values values, Tensor x, Seed noise) {
      VectorField own = quicker.dynamics.bind(values);
      VectorField field = divergence.of(own, penalty, x.shape(), noise);
      Solution solution =
          steps.isPresent() ? steps.get().solve(field, 0, 1, x) : quicker.solve(field, 0, 1, x);
      return new Estimated(solution.value(), solution.integral(), solution.energy());
    }
  }
}
