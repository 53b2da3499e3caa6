package io.flowsvi.ppl.tensor.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the libtorch engine must hold beyond the primitive contract: memory, threads, types. */
class TorchEngineTest {
  private static final SessionSettings TORCH = SessionSettings.of(1).withBackend(Backend.TORCH);

  /** A sum of 200 products with Java numbers; its derivative is their sum. */
  private static Tensor manyNumbers(Tensor w) {
    Tensor sum = Tensor.number(0);
    for (int i = 0; i < 200; i++) {
      sum = sum.plus(w.times(i + 0.5));
    }
    return sum.sum();
  }

  /** Makes the collector run and reuse freed direct memory. */
  private static void disturb() {
    System.gc();
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      ByteBuffer b = ByteBuffer.allocateDirect(8);
      b.putDouble(0, -1e300);
      buffers.add(b);
    }
    assertThat(buffers).hasSize(20_000);
  }

  @Test
  void gradientsSurviveTheGarbageCollector() {
    try (Session session = Session.open(TORCH)) {
      for (int trial = 0; trial < 3; trial++) {
        Gradient gradient =
            session.compute(
                a ->
                    Tape.gradient(
                        new double[] {1, 2},
                        Shape.of(2),
                        w -> {
                          Tensor loss = manyNumbers(w);
                          disturb();
                          return loss;
                        }));
        assertThat(gradient.gradients().get(0)).containsExactly(20_000, 20_000);
      }
    }
  }

  /** Batched matrices and one vector each: products that are summed, in every layout. */
  @Test
  void manyMatricesTimesVectorsAreProducts() {
    double[] a = wave(3 * 4 * 5);
    double[] v = wave(3 * 5);
    double[] w = wave(3 * 4);
    Function<Backend, Gradient> run =
        backend -> {
          try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
            return session.compute(
                arena ->
                    Tape.gradient(
                        List.of(a, v, w),
                        List.of(Shape.of(3, 4, 5), Shape.of(3, 5), Shape.of(3, 4)),
                        in -> products(in.get(0), in.get(1), in.get(2))));
          }
        };
    Gradient torch = run.apply(Backend.TORCH);
    Gradient plain = run.apply(Backend.JAVA);
    assertThat(torch.value()).isCloseTo(plain.value(), within(1e-12));
    for (int i = 0; i < 3; i++) {
      assertThat(torch.gradients().get(i)).containsExactly(plain.gradients().get(i), within(1e-12));
    }
  }

  /** Av, vᵀAᵀ, wᵀA and Aᵀw, each element with a weight of its own. */
  private static Tensor products(Tensor a, Tensor v, Tensor w) {
    Tensor one = a.matvec(v);
    Tensor two = v.unsqueeze(1).matmulTransposed(a).squeeze(1);
    Tensor three = w.unsqueeze(1).matmul(a).squeeze(1);
    Tensor four = a.transposedMatmul(w.unsqueeze(-1)).squeeze(-1);
    Tensor rows = Arena.current().tensor(wave(12), Shape.of(3, 4));
    Tensor columns = Arena.current().tensor(wave(15), Shape.of(3, 5));
    return one.plus(two.times(2)).times(rows).sum().plus(three.plus(four).times(columns).sum());
  }

  private static double[] wave(int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.sin(1 + 1.3 * i);
    }
    return values;
  }

  /** The native memory of parameters is used again, with the numbers they have by then. */
  @Test
  void everyTapeSeesTheParametersAsTheyAre() {
    try (Session session = Session.open(TORCH)) {
      double[] values = {1, 2};
      for (int step = 0; step < 3; step++) {
        double[] expected = {2 * values[0], 2 * values[1]};
        Gradient gradient =
            session.compute(a -> Tape.gradient(values, Shape.of(2), w -> w.square().sum()));
        assertThat(gradient.gradients().get(0)).containsExactly(expected);
        values[0] += 3;
        values[1] -= 1;
      }
    }
  }

  /** Of such a body only results stay, and what belongs to tensors and parameters from before. */
  @Test
  void onlyResultsOutliveTheirBody() {
    ParamStore store = new ParamStore(Seed.of(1));
    Param p = store.scope("a").param("p", Shape.of(2), Init.constant(3));
    TorchSource source = new TorchSource(TORCH);
    try (Arena arena = Arena.on(source.open())) {
      Tensor x = arena.index(new int[] {1, 2}, Shape.of(2));
      int before = source.arrays();
      List<Tensor> results =
          arena.onlyResults(
              () -> {
                Tensor sum = x.times(p.value()).exp();
                for (int i = 1; i < 100; i++) {
                  sum = sum.plus(x.times(p.value()).exp());
                }
                return List.of(sum, x);
              });
      // The sum, the parameter, and x as floating point.
      assertThat(source.arrays() - before).isEqualTo(3);
      double[] expected = {100 * Math.exp(3), 100 * Math.exp(6)};
      assertThat(results.get(0).toDoubles()).containsExactly(expected, within(1e-9));
      assertThat(x.times(p.value()).toDoubles()).containsExactly(3, 6);
    }
    source.close();
  }

  /** Parameters that live in the engine's memory are read there, as they are by then. */
  @Test
  void constantsAreWhatTheirResidenceHolds() {
    ParamStore store = new ParamStore(Seed.of(1));
    Param a = store.scope("a").param("a", Shape.of(2), Init.constant(3));
    Param b = store.scope("b").param("b", Shape.of(2, 1), Init.constant(5));
    try (Session session = Session.open(TORCH.withPrecision(Precision.FLOAT32))) {
      store.settle(session.residence(store.size()).orElseThrow());
      for (double change : new double[] {1, 2}) {
        store.values()[3] += change;
        double[] product = session.compute(c -> b.value().times(a.value()).toDoubles());
        assertThat(product).containsExactly(15, 15, 3 * b.toDoubles()[1], 3 * b.toDoubles()[1]);
      }
      assertThat(b.toDoubles()).containsExactly(5, 8);
    }
  }

  /** What the way back needs outlives the body, too. */
  @Test
  void gradientsPassThroughBodiesThatKeepOnlyResults() {
    try (Session session = Session.open(TORCH)) {
      Gradient gradient =
          session.compute(
              a ->
                  Tape.gradient(
                      new double[] {1, 2},
                      Shape.of(2),
                      w ->
                          a.onlyResults(() -> List.of(w.square().exp().times(w.plus(1))))
                              .get(0)
                              .sum()));
      double[] slopes = {Math.exp(1) * (2 * 2 + 1), Math.exp(4) * (4 * 3 + 1)};
      assertThat(gradient.gradients().get(0)).containsExactly(slopes, within(1e-10));
    }
  }

  @Test
  void partsAreCutAtOnceAndMustFillTheirAxis() {
    try (Session session = Session.open(TORCH)) {
      Gradient gradient =
          session.compute(
              a ->
                  Tape.gradient(
                      wave(12),
                      Shape.of(2, 6),
                      x -> {
                        List<Tensor> parts = x.split(-1, 1, 2, 3);
                        assertThat(parts.get(1).toDoubles())
                            .containsExactly(x.slice(1, 1, 3).toDoubles());
                        return parts.get(0).sum().plus(parts.get(2).times(3).sum());
                      }));
      assertThat(gradient.gradients().get(0)).containsExactly(1, 0, 0, 3, 3, 3, 1, 0, 0, 3, 3, 3);
      assertThatThrownBy(
              () -> session.compute(a -> a.zeros(Shape.of(2, 6)).split(1, 2, 3).get(0).item()))
          .hasMessageContaining("Parts of sizes [2, 3] hold 5, but axis 1 of shape (2, 6) holds 6");
    }
  }

  /**
   * Documents why Tensor never passes a Java number to DJL. When this test fails, DJL has mended
   * {@code NDArray.mul(Number)} and the rule can be reconsidered.
   */
  @Test
  void djlItselfStillCorruptsGradientsOfProductsWithNumbers() {
    try (Session session = Session.open(TORCH)) {
      session.compute(a -> a.tensor(new double[] {1}, Shape.of(1)).item()); // starts the engine
    }
    int wrong = 0;
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int trial = 0; trial < 10; trial++) {
        JniUtils.setGradMode(true);
        NDArray w = manager.create(new double[] {1, 2});
        w.setRequiresGradient(true);
        NDArray sum = w.mul(0.5);
        for (int i = 1; i < 200; i++) {
          sum = sum.add(w.mul(i + 0.5));
        }
        NDArray loss = sum.sum();
        disturb();
        JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);
        JniUtils.setGradMode(false);
        wrong += w.getGradient().toDoubleArray()[0] == 20_000 ? 0 : 1;
      }
    }
    assertThat(wrong).as("trials of 10 in which DJL's gradient was wrong").isPositive();
  }

  @Test
  void aResidenceKeepsOneGradientAndNoOtherArray() {
    TorchSource source =
        new TorchSource(
            SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32));
    try {
      TorchResidence residence = new TorchResidence(source, 3);
      residence.values().write(new double[] {0.3, 0.4, 0.5});
      int before = -1;
      for (int step = 1; step <= 100; step++) {
        try (TorchEngine engine = (TorchEngine) source.open()) {
          engine.track();
          var leaves = residence.leaves(engine, List.of(Shape.of(2), Shape.of(1)));
          engine.backward(leaves.get(0).square().sum().plus(leaves.get(1).square().sum()));
          residence.keepGradient(engine, leaves);
        }
        // Every third gradient is not used.
        if (step % 3 != 0) {
          try (TorchEngine engine = (TorchEngine) source.open()) {
            residence.adam(engine, new Residence.Adam(0.9, 0.999, 1e-8, 0), 1e-2, step, 0.5);
          }
        }
        if (step == 4) {
          before = source.arrays();
        }
      }
      assertThat(source.arrays()).isEqualTo(before);
      double[] values = new double[3];
      residence.values().read(values);
      for (double value : values) {
        assertThat(value).isBetween(-0.1, 0.1);
      }
    } finally {
      source.close();
    }
    assertThat(source.arrays()).isZero();
  }

  @Test
  void noArrayOutlivesItsArena() {
    TorchSource source = new TorchSource(TORCH);
    try {
      int before = -1;
      for (int step = 0; step < 100; step++) {
        try (TorchEngine engine = (TorchEngine) source.open()) {
          engine.track();
          Tensor w =
              engine.leaves(new double[] {0.3, 0.4, 0.5}, List.of(Shape.of(2), Shape.of(1))).get(0);
          Tensor mask = engine.fixed(FIXED, Shape.of(2));
          Tensor y = w.times(mask).softplus().plus(1.5).lessThan(9).select(w.exp(), 0).sum();
          engine.backward(y.plus(w.square().logSumExp()));
        }
        if (step == 1) {
          before = source.arrays();
        }
      }
      assertThat(source.arrays()).isEqualTo(before);
    } finally {
      source.close();
    }
    assertThat(source.arrays()).isZero();
  }

  private static final double[] FIXED = {1, 0};

  @Test
  void hostArraysAreCopied() {
    try (Session session = Session.open(TORCH)) {
      session.compute(
          a -> {
            double[] values = {1, 2, 3};
            Tensor t = a.tensor(values, Shape.of(3));
            values[0] = 99;
            a.tensor(new double[] {7, 8, 9}, Shape.of(3));
            assertThat(t.toDoubles()).containsExactly(1, 2, 3);
            return null;
          });
    }
  }

  private static double descend(long seed) {
    double[] w = {seed, 1, -1};
    try (Session session = Session.open(TORCH)) {
      for (int step = 0; step < 300; step++) {
        Gradient g =
            session.compute(
                a ->
                    Tape.gradient(
                        w,
                        Shape.of(3),
                        x -> x.minus(2).square().sum().plus(x.exp().sum().times(0.01))));
        for (int i = 0; i < 3; i++) {
          w[i] -= 0.05 * g.gradients().get(0)[i];
        }
      }
    }
    return w[0] + w[1] + w[2];
  }

  @Test
  void twoThreadsTrainAtOnceWithTheSameBits() throws Exception {
    double alone = descend(3);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Double>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        runs.add(threads.submit(() -> descend(3)));
      }
      for (Future<Double> run : runs) {
        assertThat(run.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void float32ComputesNarrowly() {
    SessionSettings narrow = TORCH.withPrecision(Precision.FLOAT32);
    try (Session session = Session.open(narrow)) {
      double third = session.compute(a -> a.tensor(new double[] {1}, Shape.of(1)).over(3).item());
      assertThat(third).isNotEqualTo(1.0 / 3).isCloseTo(1.0 / 3, within(1e-7));
      Gradient g =
          session.compute(a -> Tape.gradient(new double[] {1, 2}, Shape.of(2), w -> w.exp().sum()));
      assertThat(g.gradients().get(0)[1]).isCloseTo(Math.exp(2), within(1e-5));
    }
  }

  @Test
  void theBridgeRefusesOtherBackends() {
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            assertThatThrownBy(() -> DjlBridge.array(a.zeros(Shape.of(2)), a.engine()))
                .hasMessageContaining("Backend.TORCH");
            return null;
          });
    }
  }

  @Test
  void theBridgeGoesBothWaysWithGradients() {
    try (Session session = Session.open(TORCH)) {
      Gradient g =
          session.compute(
              a ->
                  Tape.gradient(
                      new double[] {1, 2},
                      Shape.of(2),
                      w -> {
                        NDArray squared = DjlBridge.array(w, a.engine()).square();
                        return DjlBridge.tensor(squared, Arena.current().engine()).sum();
                      }));
      assertThat(g.gradients().get(0)).containsExactly(2, 4);
    }
  }
}
