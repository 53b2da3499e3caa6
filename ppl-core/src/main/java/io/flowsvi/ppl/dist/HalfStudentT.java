package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The absolute value of a Student-t(df, 0, scale).
 *
 * <p>log p(x) = log 2 + log t(x; df, 0, scale), on x ≥ 0.
 */
public final class HalfStudentT implements Distribution {
  private final Tensor df;
  private final Tensor scale;
  private final List<Argument> arguments;

  private HalfStudentT(Tensor df, Tensor scale) {
    this.df = df;
    this.scale = scale;
    this.arguments =
        Arguments.of("HalfStudentT")
            .and("df", df, Rule.POSITIVE)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static HalfStudentT of(Tensor df, Tensor scale) {
    return new HalfStudentT(df, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static HalfStudentT of(double df, double scale) {
    return of(Tensor.number(df), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static HalfStudentT of(double df, Tensor scale) {
    return of(Tensor.number(df), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static HalfStudentT of(Tensor df, double scale) {
    return of(df, Tensor.number(scale));
  }

  /** The parameter df. */
  public Tensor df() {
    return df;
  }

  /** The parameter scale. */
  public Tensor scale() {
    return scale;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Positive.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor log = StudentT.of(df, Tensor.number(0), scale).logProb(x).plus(Math.log(2));
    return Inside.density(x.atLeast(0), log);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return StudentT.of(df, Tensor.number(0), scale).sample(seed, batch).abs();
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
