package io.flowsvi.models.bayes;

import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A design matrix, row by row.
 *
 * @param values {@code [rows, columns]}
 * @param columns how many predictors
 */
public record Predictors(double[] values, int columns) {
  /** Each column shifted to mean 0 and scaled to a standard deviation (divisor N − 1). */
  public static Predictors standardized(double[] raw, int columns, double sd) {
    double[] values = raw.clone();
    int rows = columns == 0 ? 0 : raw.length / columns;
    for (int k = 0; k < columns; k++) {
      double mean = 0;
      for (int i = 0; i < rows; i++) {
        mean += raw[i * columns + k] / rows;
      }
      double square = 0;
      for (int i = 0; i < rows; i++) {
        square += (raw[i * columns + k] - mean) * (raw[i * columns + k] - mean);
      }
      double own = Math.sqrt(square / (rows - 1));
      if (!(own > 0)) {
        throw new PplException(
            "Predictor "
                + (k + 1)
                + " is constant. Likely fix: drop the column; the model has its own intercept.");
      }
      for (int i = 0; i < rows; i++) {
        values[i * columns + k] = (raw[i * columns + k] - mean) / own * sd;
      }
    }
    return new Predictors(values, columns);
  }

  /** As a tensor {@code [rows, columns]}, read inside the plate of the rows. */
  Tensor in(Inputs inputs) {
    return inputs.data(values, Shape.of(values.length / columns, columns));
  }
}
