package io.flowsvi.models.cli;

import io.flowsvi.flows.calibrate.Refit;
import io.flowsvi.flows.train.ModelDraws;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Session;
import java.io.PrintWriter;

/**
 * The fits of a calibration, with a line after every tenth of them.
 *
 * @param <D> the model's data
 */
final class CalibrationProgress<D> implements Refit<D> {
  private static final int LINES = 10;

  private final Refit<D> refit;
  private final int fits;
  private final PrintWriter err;
  private int done;

  /** Of so many fits. */
  CalibrationProgress(Refit<D> refit, int fits, PrintWriter err) {
    this.refit = refit;
    this.fits = fits;
    this.err = err;
  }

  @Override
  public ModelDraws fit(Session session, Model<D> model, D data) {
    try {
      return refit.fit(session, model, data);
    } finally {
      done++;
      if (done % Math.max(1, fits / LINES) == 0) {
        err.println("calibration: " + done + " of " + fits + " fits");
        err.flush();
      }
    }
  }
}
