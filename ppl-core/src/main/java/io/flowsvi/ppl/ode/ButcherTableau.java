package io.flowsvi.ppl.ode;

/**
 * The numbers of an explicit Runge–Kutta method: k_i = f(x + h Σ_j a_ij k_j, t + c_i h), x' = x + h
 * Σ b_i k_i, error h Σ e_i k_i.
 *
 * <p>Where the error has one number more than there are stages, its last belongs to f(x', t + h),
 * which the next step needs anyway.
 */
public enum ButcherTableau {
  /** x' = x + h f(x): order 1, no error. */
  EULER(1, rows(row()), row(1), row()),

  /** Heun's method of order 2, with Euler's as its error. */
  HEUN(2, rows(row(), row(1)), row(0.5, 0.5), row(-0.5, 0.5)),

  /** Kutta's classical method of order 4, no error. */
  RK4(
      4,
      rows(row(), row(0.5), row(0, 0.5), row(0, 0, 1)),
      row(1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6),
      row()),

  /**
   * Order 5 with error of order 4, six stages a step. Dormand and Prince (1980), table 2. Its
   * second stage has no weight, so an integral along the way needs five stages only.
   */
  DORMAND_PRINCE(
      5,
      rows(
          row(),
          row(1.0 / 5),
          row(3.0 / 40, 9.0 / 40),
          row(44.0 / 45, -56.0 / 15, 32.0 / 9),
          row(19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729),
          row(9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656)),
      row(35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84),
      row(
          35.0 / 384 - 5179.0 / 57600,
          0,
          500.0 / 1113 - 7571.0 / 16695,
          125.0 / 192 - 393.0 / 640,
          -2187.0 / 6784 + 92097.0 / 339200,
          11.0 / 84 - 187.0 / 2100,
          -1.0 / 40)),

  /** Order 5 with error of order 4, six stages a step. Tsitouras (2011), table 1. */
  TSITOURAS(
      5,
      rows(
          row(),
          row(0.161),
          row(-0.008480655492356989, 0.335480655492357),
          row(2.8971530571054935, -6.359448489975075, 4.3622954328695815),
          row(5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525),
          row(
              5.86145544294642,
              -12.92096931784711,
              8.159367898576159,
              -0.071584973281401,
              -0.028269050394068383)),
      row(
          0.09646076681806523,
          0.01,
          0.4798896504144996,
          1.379008574103742,
          -3.290069515436081,
          2.324710524099774),
      row(
          -0.00178001105222577714,
          -0.0008164344596567469,
          0.007880878010261995,
          -0.1447110071732629,
          0.5823571654525552,
          -0.45808210592918697,
          1.0 / 66));

  private final int order;
  private final double[][] a;
  private final double[] b;
  private final double[] error;

  ButcherTableau(int order, double[][] a, double[] b, double[] error) {
    this.order = order;
    this.a = a;
    this.b = b;
    this.error = error;
  }

  private static double[] row(double... numbers) {
    return numbers;
  }

  private static double[][] rows(double[]... rows) {
    return rows;
  }

  /** The power of h by which the error at the end shrinks. */
  public int order() {
    return order;
  }

  /** Evaluations of the field in a step. */
  public int stages() {
    return b.length;
  }

  /** Whether a step says how far off it is. */
  public boolean hasError() {
    return error.length > 0;
  }

  /** a_ij, j &lt; i. */
  public double a(int i, int j) {
    return a[i][j];
  }

  /** b_i. */
  public double b(int i) {
    return b[i];
  }

  /** c_i = Σ_j a_ij. */
  public double c(int i) {
    double sum = 0;
    for (double aij : a[i]) {
      sum += aij;
    }
    return sum;
  }

  /** e_i. */
  public double error(int i) {
    return error[i];
  }

  /** Whether the error looks at the field at the end of the step. */
  public boolean errorSeesTheEnd() {
    return error.length > b.length;
  }
}
