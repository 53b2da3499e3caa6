package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import org.junit.jupiter.api.Test;

class EstimatedChainTest {
  /** A layer whose log-determinant is blurred by normal noise, with a penalty of 1. */
  private record Blurred(BijectiveLayer exact) implements EstimatedLayer {
    @Override
    public Estimated forward(Values values, Tensor x, Seed noise) {
      Mapped mapped = exact.bind(values).forward(x);
      Tensor blur = Arena.current().normal(noise, x.shape().leading(-1));
      return new Estimated(mapped.value(), mapped.logDet().plus(blur), blur.times(0).plus(1));
    }
  }

  private static final Shape ROWS = Shape.of(400, 2);

  private static Tensor rows() {
    return Arena.current().normal(Seed.of(3), ROWS);
  }

  @Test
  void exactLayersScoreExactly() {
    EstimatedChain chain = EstimatedChain.of(2).then(new Radial(2)).then(new ShiftScale(2, 0.5));
    Constant numbers = Constant.of(chain.exact(), new ParamStore(Seed.of(1)).scope("chain"));
    EstimatedFlow flow = chain.pullback(numbers);
    assertThat(flow.eventShape()).isEqualTo(Shape.of(2));
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            EstimatedFlow.Score score = flow.score(rows(), Seed.of(2));
            double[] exact = flow.exact().logProb(rows()).toDoubles();
            assertThat(score.logProb().toDoubles()).containsExactly(exact);
            assertThat(score.loss().item())
                .isCloseTo(-flow.exact().logProb(rows()).mean().item(), within(1e-14));
            return null;
          });
    }
  }

  @Test
  void noiseIsOfTheKeyAndOfTheLayersPlace() {
    EstimatedLayer blurred = new Blurred(new ShiftScale(2, 1));
    EstimatedChain chain = EstimatedChain.of(2).then(blurred).then(blurred);
    Constant numbers = Constant.of(chain.exact(), new ParamStore(Seed.of(1)).scope("chain"));
    EstimatedFlow flow = chain.pullback(numbers);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            EstimatedFlow.Score score = flow.score(rows(), Seed.of(2));
            double[] first = score.logProb().toDoubles();
            assertThat(flow.score(rows(), Seed.of(2)).logProb().toDoubles()).containsExactly(first);
            assertThat(flow.score(rows(), Seed.of(4)).logProb().toDoubles()).isNotEqualTo(first);
            double[] exact = flow.exact().logProb(rows()).toDoubles();
            double mean = 0;
            double square = 0;
            for (int i = 0; i < exact.length; i++) {
              double blur = first[i] - exact[i];
              mean += blur / exact.length;
              square += blur * blur / exact.length;
            }
            // Two independent normals: variance 2; equal noise in both would give 4. Four standard
            // errors of 400 rows.
            assertThat(mean).isCloseTo(0, within(4 * Math.sqrt(2.0 / 400)));
            assertThat(square).isCloseTo(2, within(4 * 2 * Math.sqrt(2.0 / 400)));
            double loss = score.loss().item();
            assertThat(loss).isCloseTo(2 - score.logProb().mean().item(), within(1e-12));
            return null;
          });
    }
  }

  @Test
  void namesLayersOfAnotherDimension() {
    EstimatedChain chain = EstimatedChain.of(2).then(new ShiftScale(2, 1));
    assertThatThrownBy(() -> chain.then(new Blurred(new Reverse(3))))
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("Layer 2 'Reverse' works on 3 dimensions");
  }

  @Test
  void refusesValuesOfAnotherDimension() {
    EstimatedChain chain = EstimatedChain.of(3).then(new ShiftScale(3, 1));
    Constant numbers = Constant.of(chain.exact(), new ParamStore(Seed.of(1)).scope("chain"));
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            assertThatThrownBy(() -> chain.pullback(numbers).score(rows(), Seed.of(1)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("its last axis must have size 3");
            return null;
          });
    }
  }
}
