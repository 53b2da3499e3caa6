package io.flowsvi.ppl.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandles;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * The functions of floats against the JVM's of doubles, whose errors are a billionth of a float's,
 * in loops written here: over one float in 4099 of all there are and those where something changes;
 * the slow test is over all.
 */
class SingleFunctionsTest {
  private static final Functions FUNCTIONS = Functions.of(Width.FLOAT);

  /** A prime: the lowest bits of the sample are all there are. */
  private static final int STEP = 4099;

  /** A multiple of the lanes of any vector. */
  private static final int CHUNK = 1 << 20;

  private static final float[] EDGES = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Math.nextDown(Float.MIN_NORMAL),
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    -Float.NaN,
    Float.intBitsToFloat(0x7fc00001),
    1f,
    -1f,
    Math.nextDown(1f),
    Math.nextUp(1f),
    Math.nextUp(-1f),
    Math.nextDown(-1f),
    // The largest exponential, the smallest normal one, the smallest.
    88.72283f,
    Math.nextUp(88.72283f),
    89f,
    -87.33654f,
    -103.97208f,
    Math.nextDown(-103.97208f),
    -104f,
    // Where functions change their formula.
    -87f,
    Math.nextDown(-87f),
    -18f,
    0.625f,
    Math.nextDown(0.625f),
    -0.625f,
    10f,
    0.75f,
    Math.nextDown(0.75f),
    1.5f,
    Math.nextDown(1.5f),
    -0.25f,
    Math.nextDown(-0.25f),
    0.5f,
    Math.nextDown(0.5f),
    0x1.8p127f,
    Math.nextDown(0x1.8p127f)
  };

  /** Writes a function of a local. */
  @FunctionalInterface
  interface Writer {
    int write(Lanes lanes, int x);
  }

  /** A loop over all elements. */
  @FunctionalInterface
  interface Loop {
    void run(float[] in, float[] out);
  }

  /** With the largest error that its documentation tells of, in units of the last place. */
  private record Function(
      String name, Writer writer, DoubleUnaryOperator exact, DoublePredicate domain, double worst) {
    Function(String name, Writer writer, DoubleUnaryOperator exact, double worst) {
      this(name, writer, exact, x -> true, worst);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Function> functions() {
    return Stream.of(
        new Function("exp", FUNCTIONS::exp, Math::exp, 0.9),
        new Function(
            "expOfNegative",
            FUNCTIONS::expOfNegative,
            x -> Math.exp(Math.max(-87, x)),
            x -> !(x > 0),
            0.9),
        new Function("expm1", FUNCTIONS::expm1, Math::expm1, 1.6),
        new Function("tanh", FUNCTIONS::tanh, Math::tanh, 1.4),
        new Function("log", FUNCTIONS::log, Math::log, 1),
        new Function("log1p", FUNCTIONS::log1p, Math::log1p, 1.3),
        new Function(
            "log1pOfFraction",
            FUNCTIONS::log1pOfFraction,
            Math::log1p,
            x -> !(x < 0 || x > 1),
            1.5));
  }

  private static Loop loop(Function function, boolean vectors) {
    String implemented = Loop.class.getName().replace('.', '/');
    ClassWriter type = HiddenClasses.begin("io/flowsvi/ppl/vector/FloatLoop", implemented);
    Set<Double> numbers = new LinkedHashSet<>();
    MethodVisitor draft = new ClassWriter(0).visitMethod(ACC_STATIC, "draft", "()V", null, null);
    write(draft, function, vectors, numbers);
    MethodVisitor m = type.visitMethod(ACC_PUBLIC, "run", "([F[F)V", null, null);
    m.visitCode();
    write(m, function, vectors, numbers);
    m.visitMaxs(0, 0);
    m.visitEnd();
    return (Loop) HiddenClasses.define(MethodHandles.lookup(), type);
  }

  /** Adds the constants that it met. */
  private static void write(
      MethodVisitor m, Function function, boolean vectors, Set<Double> numbers) {
    int in = 1;
    int out = 2;
    Frame frame = new Frame(m, Width.FLOAT, 3);
    int i = frame.take(1);
    Lanes lanes;
    if (vectors) {
      VectorLanes many = new VectorLanes(frame);
      many.begin(numbers);
      lanes = many;
    } else {
      ScalarLanes single = new ScalarLanes(frame);
      single.begin(numbers);
      lanes = single;
    }
    m.visitInsn(ICONST_0);
    m.visitVarInsn(ISTORE, i);
    Label again = new Label();
    m.visitLabel(again);
    m.visitVarInsn(ALOAD, in);
    m.visitVarInsn(ILOAD, i);
    int result = function.writer().write(lanes, lanes.load());
    m.visitVarInsn(ALOAD, out);
    m.visitVarInsn(ILOAD, i);
    lanes.store(result);
    m.visitIincInsn(i, vectors ? Width.FLOAT.lanes() : 1);
    m.visitVarInsn(ILOAD, i);
    m.visitVarInsn(ALOAD, in);
    m.visitInsn(ARRAYLENGTH);
    m.visitJumpInsn(IF_ICMPLT, again);
    m.visitInsn(RETURN);
    numbers.addAll(frame.numbers());
  }

  /** The sample that the number of a chunk and of an element in it stand for. */
  private static float[] chunk(IntUnaryOperator bits) {
    float[] x = new float[CHUNK];
    for (int i = 0; i < CHUNK; i++) {
      x[i] = Float.intBitsToFloat(bits.applyAsInt(i));
    }
    return x;
  }

  private static float[] sample() {
    float[] x = chunk(i -> i * STEP);
    System.arraycopy(EDGES, 0, x, 0, EDGES.length);
    return x;
  }

  private static float[] values(Loop loop, float[] x) {
    float[] values = new float[x.length];
    loop.run(x, values);
    return values;
  }

  /** In units of the last place; infinite where a result is none, has the wrong sign or is one. */
  private static double error(double exact, float got) {
    if (Double.isNaN(exact) || Float.isNaN(got)) {
      return Double.isNaN(exact) && Float.isNaN(got) ? 0 : Double.POSITIVE_INFINITY;
    }
    boolean sameSign = Math.copySign(1, exact) == Math.copySign(1, (double) got);
    if (!sameSign || (Double.isInfinite(exact) && !Float.isInfinite(got))) {
      return Double.POSITIVE_INFINITY;
    }
    // Infinity is what 2¹²⁸ is rounded to.
    double bound = 0x1p128;
    double expected = Math.min(Math.abs(exact), bound);
    int exponent = Math.max(Math.getExponent(expected), Float.MIN_EXPONENT);
    double unit = Math.scalb(1.0, Math.min(exponent, Float.MAX_EXPONENT) - 23);
    return Math.abs(expected - Math.min(Math.abs((double) got), bound)) / unit;
  }

  /** The largest error, and where it is. */
  private static double worst(Function function, Loop loop, float[] x, double before) {
    float[] got = values(loop, x);
    double worst = before;
    for (int i = 0; i < x.length; i++) {
      if (function.domain().test(x[i])) {
        double error = error(function.exact().applyAsDouble(x[i]), got[i]);
        if (error > worst) {
          worst = error;
          assertThat(error)
              .as("%s(%s) = %s", function, x[i], got[i])
              .isLessThanOrEqualTo(function.worst());
        }
      }
    }
    return worst;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void valuesAreWithinTheirUnitsOfTheLastPlace(Function function) {
    double worst = worst(function, loop(function, VectorUnit.isPresent()), sample(), 0);
    // Rounding alone comes within a hundredth of a half: less, and the numbers were not looked at.
    assertThat(worst).as("worst of %s", function).isBetween(0.49, function.worst());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void numbersAndVectorsHaveTheSameBits(Function function) {
    assumeTrue(VectorUnit.isPresent());
    float[] x = sample();
    float[] alone = values(loop(function, false), x);
    float[] vectors = values(loop(function, true), x);
    for (int i = 0; i < x.length; i++) {
      if (Float.floatToIntBits(alone[i]) != Float.floatToIntBits(vectors[i])) {
        assertThat(vectors[i]).as("%s(%s)", function, x[i]).isEqualTo(alone[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  @Tag("slow")
  void allValuesAreWithinTheirUnitsOfTheLastPlace(Function function) {
    Loop loop = loop(function, VectorUnit.isPresent());
    double worst = 0;
    for (int first = 0, chunk = 0; chunk < 1 << 12; chunk++, first += CHUNK) {
      int start = first;
      worst = worst(function, loop, chunk(i -> start + i), worst);
    }
    assertThat(worst)
        .as("worst of %s", function)
        .isBetween(function.worst() - 0.1, function.worst());
  }
}
