package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.block.BlockAutoregressive;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a user reads who builds a layer or a chain wrongly. */
class LayerMessagesTest {
  private final ParamStore store = new ParamStore(Seed.of(1));
  private final ParamScope scope = store.scope("q");

  private static void refuses(ThrowingCallable misuse, String message) {
    assertThatThrownBy(misuse).isInstanceOf(LayerException.class).hasMessage(message);
  }

  private static void inArena(Supplier<Tensor> body) {
    try (Session session = Session.open(1)) {
      session.compute(arena -> body.get().toDoubles());
    }
  }

  @Test
  void chainNamesBothLayersOfDifferentDimensions() {
    Chain chain = Chain.of(16).then(new Reverse(16)).then(new ShiftScale(16, 1));
    refuses(
        () -> chain.then(new MaskedAffine(8, 32, scope)),
        "Layer 3 'MaskedAffine' works on 8 dimensions, but layer 2 'ShiftScale' on 16. "
            + "Chain: Reverse(16) -> ShiftScale(16) -> MaskedAffine(8).");
    refuses(
        () -> chain.then(new Planar(4)).then(new Reverse(16)),
        "Layer 3 'Planar' works on 4 dimensions, but layer 2 'ShiftScale' on 16. "
            + "Chain: Reverse(16) -> ShiftScale(16) -> Planar(4).");
  }

  @Test
  void layersShareOnlyTheSameNumbers() {
    refuses(
        () -> Shared.of(List.of(new Planar(3), new Reverse(3), new ShiftScale(3, 1))),
        "Layers that share numbers must need the same: 'Planar' needs [u(3), w(3), b(1)],"
            + " 'ShiftScale' [shift(3), logScale(3)].");
    refuses(
        () -> Shared.of(List.of(new Reverse(3), new Reverse(3))),
        "None of the layers Reverse(3) -> Reverse(3) needs numbers: there is nothing to share.");
  }

  @Test
  void maskedAffineNamesANetworkOfOtherNumbers() {
    refuses(
        () ->
            new MaskedAffine(
                Made.of(scope.child("three"), MadeSettings.of(2, 8).withNumbers(3)),
                MaskedAffine.Scale.FREE),
        "MaskedAffine needs a network of 2 numbers a coordinate, got 3. Likely fix:"
            + " MadeSettings.withNumbers(2).");
  }

  @Test
  void emptyChainNamesItsDimension() {
    refuses(
        () -> Chain.of(3).then(new Planar(2)),
        "Layer 1 'Planar' works on 2 dimensions, but the chain on 3. Chain: Planar(2).");
  }

  @Test
  void numbersOfAnotherChainAreRefused() {
    Chain planar = Chain.of(2).then(new Planar(2));
    BijectiveChain affine = Chain.of(2).then(new ShiftScale(2, 1));
    Constant constants = Constant.of(planar, scope.child("constants"));
    String expected =
        "These numbers were made for the chain Planar(2), but are used with the chain "
            + "ShiftScale(2). Make them with Constant.of and the chain they are used with.";
    refuses(() -> affine.pushforward(constants), expected);
    refuses(() -> affine.pullback(constants), expected);
    Network network = Network.of(Net.mlp(scope.child("trunk"), 3, 4), affine, scope.child("head"));
    expected =
        "These numbers were made for the chain ShiftScale(2), but are used with the chain "
            + "Planar(2). Make them with Network.of and the chain they are used with.";
    refuses(() -> planar.pushforward(network), expected);
    refuses(() -> planar.pullback(network), expected);
    refuses(
        () -> Chain.of(2).pushforward(constants),
        "These numbers were made for the chain Planar(2), but are used with the chain without "
            + "layers. Make them with Constant.of and the chain they are used with.");
  }

  @Test
  void baseOfAnotherDimensionIsRefused() {
    BijectiveChain chain = Chain.of(2).then(new ShiftScale(2, 1));
    Constant numbers = Constant.of(chain, scope);
    refuses(
        () -> chain.pullback(numbers, StandardNormal.of(3)),
        "The base has events of shape (3), but the chain ShiftScale(2) works on 2 dimensions. "
            + "Likely fix: StandardNormal.of(2).");
  }

  @Test
  void valueThatWouldBroadcastIsRefused() {
    BijectiveChain chain = Chain.of(3).then(new ShiftScale(3, 1));
    Constant numbers = Constant.of(chain, scope);
    for (Flow flow : new Flow[] {chain.pushforward(numbers), chain.pullback(numbers)}) {
      refuses(
          () -> inArena(() -> flow.logProb(Arena.current().zeros(Shape.of(5, 1)))),
          "A chain on 3 dimensions, of which the first layer is 'ShiftScale', got a value of shape "
              + "(5, 1): its last axis must have size 3.");
      refuses(
          () -> inArena(() -> flow.logProb(Tensor.number(1))),
          "A chain on 3 dimensions, of which the first layer is 'ShiftScale', got a value of shape "
              + "(): its last axis must have size 3.");
    }
  }

  @Test
  void layersRefuseWhatTheyCannotBe() {
    refuses(
        () -> new ShiftScale(2, 0), "ShiftScale: the starting scale must be positive, got 0.0.");
    refuses(
        () -> new LowerTriangular(2, -1),
        "LowerTriangular: the starting scale must be positive, got -1.0.");
    refuses(
        () -> new ShiftScale(2, Double.NaN),
        "ShiftScale: the starting scale must be positive, got NaN.");
    refuses(
        () -> new MaskedSpline(Made.of(scope.child("two"), 3, 4), 4, 3),
        "MaskedSpline of 4 bins needs a network of 11 numbers a coordinate, got 2. Likely fix: "
            + "MadeSettings.withNumbers(11).");
    refuses(
        () -> MaskedSpline.of(3, 8, 1, 3, scope.child("one")),
        "MaskedSpline needs at least 2 bins and a positive bound, got 1 and 3.0.");
    refuses(
        () -> BlockAutoregressive.of(3, 0, 4, scope.child("block")),
        "BlockAutoregressive needs at least 1 hidden layer of at least 1 unit a coordinate and no "
            + "negative context, got 0, 4 and 0.");
    refuses(() -> new Householder(3, 0), "Householder needs at least 1 reflection, got 0.");
    refuses(
        () -> new Householder(3, 2, 0),
        "Reflections start with norm 0.0: must be finite and above 0.");
    refuses(() -> new Qr(3, 0), "Qr needs at least 1 reflection, got 0.");
    refuses(() -> Permutation.of(0, 2, 2), "Permutation needs each of 0 to 2 once, got [0, 2, 2].");
    refuses(
        () -> Sylvester.orthogonal(4, 5), "Sylvester on 4 dimensions needs 1 to 4 columns, got 5.");
    refuses(() -> Sylvester.householder(4, 0), "Householder needs at least 1 reflection, got 0.");
    refuses(() -> new ConvexCombination(3, 0), "ConvexCombination needs at least 1 matrix, got 0.");
    refuses(() -> new Loft(3, 0), "Loft: the threshold must be positive, got 0.0.");
    refuses(
        () -> new Spline(3, 1, 3),
        "Spline needs at least 2 bins and a positive bound, got 1 and 3.0.");
    refuses(
        () -> Coupling.spline(3, 8, 8, -3, scope),
        "Coupling.spline needs at least 2 bins and a positive bound, got 8 and -3.0.");
  }

  @Test
  void standardiseNeedsASquareWithAPositiveDiagonal() {
    assertThatThrownBy(() -> new Standardise(new double[2], new double[3]))
        .hasMessageContaining("2 dimensions need 4 matrix elements, got 3");
    assertThatThrownBy(() -> new Standardise(new double[1], new double[1]))
        .hasMessageContaining("diagonal must be positive, got 0.0");
  }
}
