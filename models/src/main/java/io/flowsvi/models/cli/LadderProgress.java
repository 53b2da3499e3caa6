package io.flowsvi.models.cli;

import io.flowsvi.flows.judge.LadderListener;
import io.flowsvi.flows.judge.RungReport;
import java.io.PrintWriter;
import java.util.Locale;

/** A line for each rung of a ladder that ended, and for each that begins once a fit takes long. */
final class LadderProgress implements LadderListener {
  private static final double LONG = 2;

  private final PrintWriter err;
  private final long start = System.nanoTime();

  LadderProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void begins(String rung) {
    double seconds = (System.nanoTime() - start) / 1e9;
    if (seconds > LONG) {
      line("%s, after %.0f s", rung, seconds);
    }
  }

  @Override
  public void ended(RungReport report) {
    if (Double.isNaN(report.kHat())) {
      line("%s: %s", report.name(), report.outcome());
    } else {
      line(
          "%s: %s, k-hat %.2f, %.1f s",
          report.name(), report.outcome(), report.kHat(), report.seconds());
    }
  }

  private void line(String format, Object... words) {
    err.println(String.format(Locale.ROOT, format, words));
    err.flush();
  }
}
