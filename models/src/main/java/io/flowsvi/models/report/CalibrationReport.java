package io.flowsvi.models.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.calibrate.Calibration;
import io.flowsvi.flows.calibrate.Uniformity;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Judgement;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A calibration as text and as JSON. */
public final class CalibrationReport {
  private CalibrationReport() {}

  /** Its table, its check and the verdict. */
  public static String text(Calibration calibration) {
    return String.format(
            "%nCalibration over %d simulated data sets%n%n", calibration.replications())
        + calibration.table()
        + String.format("%n")
        + Check.table(List.of(calibration.check()))
        + String.format("%n")
        + FitReport.wrapped("Verdict: " + judgement(calibration).words())
        + System.lineSeparator();
  }

  private static Judgement judgement(Calibration calibration) {
    return Judgement.of(List.of(calibration.check()));
  }

  /** Writes {@code calibration.json}: the verdict, p-values and all ranks. */
  public static void write(Calibration calibration, Path folder) {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("replications", calibration.replications());
    Judgements.write(root, judgement(calibration));
    ArrayNode failures = root.putArray("failures");
    calibration.failures().forEach(failures::add);
    ObjectNode scalars = root.putObject("variables");
    for (Uniformity scalar : calibration.scalars()) {
      ObjectNode node = scalars.putObject(scalar.name());
      node.put("mean", scalar.mean());
      node.put("spread", scalar.spread());
      node.put("p_bias", scalar.biasP());
      node.put("p_spread", scalar.spreadP());
      node.put("p_shape", scalar.shapeP());
      node.put("ranked_against", scalar.draws());
      ArrayNode ranks = node.putArray("ranks");
      for (int rank : scalar.ranks()) {
        ranks.add(rank);
      }
    }
    try {
      Files.writeString(folder.resolve("calibration.json"), mapper.writeValueAsString(root));
    } catch (IOException e) {
      throw new PplException("calibration.json cannot be written: " + e.getMessage(), e);
    }
  }
}
