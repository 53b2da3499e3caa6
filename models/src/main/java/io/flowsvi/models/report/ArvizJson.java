package io.flowsvi.models.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.flowsvi.flows.diagnose.Loo;
import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.ModelDraws;
import io.flowsvi.flows.verdict.Judgement;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A posterior as ArviZ reads it: {@code arviz.from_json(file)}.
 *
 * <p>Groups posterior, posterior_predictive, log_likelihood (per row, never scaled), observed_data
 * and sample_stats (log weights), draws as one chain {@code [1, draws, ...]}; attributes say which
 * method made them and what its diagnosis is. Numbers that are not finite are written bare, as
 * Python reads them.
 */
public final class ArvizJson {
  private ArvizJson() {}

  /**
   * Writes so many draws, with attributes. Throws {@link PplException} if the file cannot be
   * written, or the data are a batch.
   */
  public static void write(
      ModelDraws posterior, int draws, Map<String, Object> attributes, Path file) {
    JsonFactory factory =
        JsonFactory.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();
    try (Writer out = Files.newBufferedWriter(file);
        JsonGenerator json = factory.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("posterior");
      for (Draws site : posterior.draws(posterior.sites(), draws)) {
        variable(json, site.site(), site);
      }
      json.writeEndObject();
      attributes(json, "posterior_attrs", attributes);
      if (!posterior.observedSites().isEmpty()) {
        observed(json, posterior, draws);
      }
      json.writeObjectFieldStart("sample_stats");
      json.writeFieldName("log_weight");
      array(json, posterior.logWeights(draws), Shape.of(1, draws));
      json.writeEndObject();
      attributes(json, "sample_stats_attrs", attributes);
      json.writeEndObject();
    } catch (IOException e) {
      throw new PplException("Cannot write " + file + ": " + e.getMessage() + ".", e);
    }
  }

  private static void observed(JsonGenerator json, ModelDraws posterior, int draws)
      throws IOException {
    List<Observed> sites = posterior.observedSites();
    json.writeObjectFieldStart("posterior_predictive");
    for (Observed site : sites) {
      variable(json, site, posterior.draws(site, draws));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("log_likelihood");
    for (Observed site : sites) {
      variable(json, site, posterior.logLikelihood(site, draws));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("observed_data");
    for (Observed site : sites) {
      Optional<Draws> data = posterior.observed(site);
      if (data.isPresent()) {
        json.writeFieldName(site.name());
        array(json, data.get().toArray(), data.get().shape());
      }
    }
    json.writeEndObject();
  }

  private static void attributes(JsonGenerator json, String name, Map<String, Object> attributes)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("inference_library", "flowsvi");
    for (Map.Entry<String, Object> entry : attributes.entrySet()) {
      json.writeObjectField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  /** Attributes of a fit of one family: its method, its weights, and the verdict on its draws. */
  public static Map<String, Object> attributes(
      String family, PsisReport psis, Judgement judgement) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("inference_method", "variational inference, guide " + family);
    all.put("pareto_k_hat", psis.kHat());
    all.put("pareto_k_threshold", psis.threshold());
    all.put("effective_draws", psis.ess());
    all.put("verdict", judgement.word());
    all.put("reason", judgement.reason());
    all.put("resampled", false);
    return all;
  }

  private static void variable(JsonGenerator json, Site site, Draws draws) throws IOException {
    json.writeFieldName(site.name());
    array(json, draws.toArray(), Shape.of(1, draws.count()).append(draws.shape()));
  }

  private static void array(JsonGenerator json, double[] values, Shape shape) throws IOException {
    nested(json, values, shape, 0, 0);
  }

  /** Writes one axis and what is inside it; returns how many numbers that were. */
  private static int nested(JsonGenerator json, double[] values, Shape shape, int axis, int at)
      throws IOException {
    if (axis == shape.rank()) {
      json.writeNumber(values[at]);
      return 1;
    }
    int written = 0;
    json.writeStartArray();
    for (int i = 0; i < shape.dim(axis); i++) {
      written += nested(json, values, shape, axis + 1, at + written);
    }
    json.writeEndArray();
    return written;
  }

  /** LOO of each observed site, as JSON: elpd_loo, its standard error, p_loo, and row by row. */
  public static void writeLoo(ModelDraws posterior, int draws, Path file) {
    double[] weights = posterior.logWeights(draws);
    JsonFactory factory =
        JsonFactory.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();
    try (Writer out = Files.newBufferedWriter(file);
        JsonGenerator json = factory.createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      for (Observed site : posterior.observedSites()) {
        Draws each = posterior.logLikelihood(site, draws);
        Loo loo = Loo.of(each.toArray(), weights);
        json.writeObjectFieldStart(site.name());
        json.writeNumberField("elpd_loo", loo.elpd());
        json.writeNumberField("se", loo.standardError());
        json.writeNumberField("p_loo", loo.effectiveParameters());
        json.writeFieldName("loo_i");
        json.writeArray(loo.pointwise(), 0, loo.pointwise().length);
        json.writeFieldName("pareto_k");
        json.writeArray(loo.kHat(), 0, loo.kHat().length);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new PplException("Cannot write " + file + ": " + e.getMessage() + ".", e);
    }
  }
}
