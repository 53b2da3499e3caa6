package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the types must refuse; each snippet has a right twin, so that it fails for its own reason.
 */
class MisuseDoesNotCompileTest {
  @TempDir Path folder;

  private String errors(String body) throws IOException {
    String source =
        """
        import io.flowsvi.flows.guide.*;
        import io.flowsvi.flows.layer.*;
        import io.flowsvi.flows.net.*;
        import io.flowsvi.flows.objective.*;
        import io.flowsvi.ppl.dist.*;
        import io.flowsvi.ppl.model.*;
        import io.flowsvi.ppl.tensor.*;
        class Snippet {
          void run(Context ctx, ParamScope scope, ModelStructure structure, Net net) {
            Latent z = new Latent("z");
            Observed y = new Observed("y");
            Chain planar = Chain.of(2).then(new Planar(2));
            BijectiveChain affine = Chain.of(2).then(new ShiftScale(2, 1));
        """
            + body
            + "\n  }\n}\n";
    return Compilation.errors("Snippet", source, folder);
  }

  private void refuses(String wrong, String right, String message) throws IOException {
    assertThat(errors(right)).isEmpty();
    assertThat(errors(wrong)).contains(message);
  }

  @Test
  void aOneWayChainIsNoPrior() throws IOException {
    refuses(
        "ctx.sample(z, planar.pushforward(Constant.of(planar, scope)));",
        "ctx.sample(z, affine.pushforward(Constant.of(affine, scope)));",
        "cannot be converted to");
  }

  @Test
  void anAmortisedFlowNeedsItsContext() throws IOException {
    refuses(
        "Sampler s = affine.pushforward(Network.of(net, affine, scope));",
        "Sampler s = affine.pushforward(Network.of(net, affine, scope)).given(Tensor.number(0));",
        "cannot be converted to");
  }

  @Test
  void anObservedSiteIsNotSampled() throws IOException {
    refuses(
        "ctx.sample(y, Normal.of(0, 1));", "ctx.sample(z, Normal.of(0, 1));", "no suitable method");
  }

  @Test
  void aBernoulliIsNoGuide() throws IOException {
    refuses(
        "AutoGuide.of(structure, Bernoulli.logits(0));",
        "AutoGuide.of(structure, StandardNormal.of(2));",
        "no suitable method");
  }

  @Test
  void pathGradientsNeedAGuideThatScores() throws IOException {
    refuses(
        "new PathGradientElbo(AutoGuide.of(structure, planar.pushforward(Constant.of(planar,"
            + " scope))), 8);",
        "new PathGradientElbo(AutoGuide.of(structure, affine.pushforward(Constant.of(affine,"
            + " scope))), 8);",
        "cannot be converted to");
  }

  @Test
  void anEstimatedDensityNeitherGuidesNorScores() throws IOException {
    String flow =
        "EstimatedFlow e = EstimatedChain.of(2).then(new ShiftScale(2, 1))"
            + ".pullback(Constant.of(affine, scope));";
    refuses(flow + "ctx.sample(z, e);", flow + "ctx.sample(z, e.exact());", "no suitable method");
    refuses(
        flow + "AutoGuide.of(structure, e);",
        flow + "AutoGuide.of(structure, e.exact());",
        "no suitable method");
  }

  @Test
  void doublyReparameterizedGradientsNeedAGuideThatScores() throws IOException {
    refuses(
        "new DoublyReparameterizedIwae(AutoGuide.of(structure,"
            + " planar.pushforward(Constant.of(planar, scope))), 8);",
        "new DoublyReparameterizedIwae(AutoGuide.of(structure,"
            + " affine.pushforward(Constant.of(affine, scope))), 8);",
        "cannot be converted to");
  }
}
