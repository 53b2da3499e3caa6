package io.flowsvi.models.cli;

import io.flowsvi.flows.family.ImageFamilies;
import io.flowsvi.flows.family.ImageFamily;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.PplException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Flows by name: densities on vectors, and on images where the data are images.
 *
 * @param priors those on vectors
 */
record DensityFlows(PriorCatalog priors) {
  /** The flow of this name for these data, as it is trained. */
  EstimatedFlow trained(String flow, String name, DensityData data, ParamScope scope) {
    if (!priors.names().contains(flow) && data.image().isEmpty() && images(flow).isPresent()) {
      throw new PplException(
          "Flow '"
              + flow
              + "' works on images, and '"
              + name
              + "' has none. Likely fix: DATA digits, or a flow among "
              + String.join(", ", priors.names())
              + ".");
    }
    return recipe(flow, Optional.of(data)).trained(data.names().size(), scope);
  }

  /** The recipe of this name. Throws with the nearest names if there is none. */
  PriorFamily recipe(String flow, Optional<DensityData> data) {
    if (priors.names().contains(flow)) {
      return priors.prior(flow);
    }
    ImageFamily family =
        images(flow)
            .orElseThrow(() -> new PplException(NearestName.message("flow", flow, known())));
    return data.flatMap(DensityData::image)
        .<PriorFamily>map(image -> (dim, scope) -> family.build(image, scope))
        .orElseThrow(
            () ->
                new PplException(
                    "Flow '"
                        + flow
                        + "' works on images. Likely fix: name its images as DATA, too."));
  }

  private List<String> known() {
    List<String> known = new ArrayList<>(priors.names());
    known.addAll(ImageFamilies.all().keySet());
    return known;
  }

  private static Optional<ImageFamily> images(String flow) {
    return Optional.ofNullable(ImageFamilies.all().get(flow));
  }
}
