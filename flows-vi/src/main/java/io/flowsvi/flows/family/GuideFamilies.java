package io.flowsvi.flows.family;

import io.flowsvi.flows.guide.AutoGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.LaplaceGuide;
import io.flowsvi.flows.guide.MapGuide;
import io.flowsvi.flows.guide.MixtureGuide;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.LowRankNormal;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.MixtureFlow;
import io.flowsvi.flows.layer.StudentTBase;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The library's guides that are more, or less, than one chain of layers over normal noise. */
public final class GuideFamilies {
  private static final double START_SCALE = 0.3;

  /** Close to a normal, with enough of a tail that the gradient sees whether to grow it. */
  private static final double START_DEGREES = 8;

  private static final int MEMBERS = 4;

  /** Members start apart by more than their own scale: from one place they would stay together. */
  private static final double SPREAD = 0.4;

  private GuideFamilies() {}

  /** Name to recipe, simplest first. */
  public static Map<String, GuideFamily> all() {
    Map<String, GuideFamily> all = new LinkedHashMap<>();
    all.put("map", GuideFamily.of("the mode alone: a point without uncertainty", MapGuide::new));
    all.put(
        "laplace",
        GuideFamily.of(
            "a normal with the curvature at the mode (Tierney and Kadane 1986)",
            LaplaceGuide::new));
    all.put(
        "low-rank",
        GuideFamily.of(
            "a normal with the strongest √D correlations (Ong, Nott and Smith 2018)",
            GuideFamilies::lowRank));
    all.put(
        "block",
        GuideFamily.of(
            "a normal with all correlations inside each site, none between",
            BlockFamily.ofSites(GuideFamily.of(Families.all().get("full-rank")))));
    all.put(
        "student-t",
        GuideFamily.of(
            "all correlations, and tails that are learnt (Liang, Mahoney and Hodgkinson 2022)",
            GuideFamilies::studentT));
    all.put(
        "mixture",
        GuideFamily.of(
            MEMBERS + " full-rank normals: several modes, or a bent one", GuideFamilies::mixture));
    return Collections.unmodifiableMap(all);
  }

  private static Guide<Object> lowRank(ModelStructure structure, ParamScope scope) {
    int dim = structure.dim();
    int rank = Math.max(1, (int) Math.round(Math.sqrt(dim)));
    return AutoGuide.of(structure, new LowRankNormal(dim, rank, START_SCALE, scope));
  }

  private static Guide<Object> studentT(ModelStructure structure, ParamScope scope) {
    int dim = structure.dim();
    Flow base = new StudentTBase(dim, START_DEGREES, scope.child("base"));
    BijectiveChain chain = Chain.of(dim).then(new LowerTriangular(dim, START_SCALE));
    return AutoGuide.of(
        structure, chain.pushforward(Constant.of(chain, scope.child("chain")), base));
  }

  private static Guide<Object> mixture(ModelStructure structure, ParamScope scope) {
    int dim = structure.dim();
    List<Flow> members = new ArrayList<>();
    for (int k = 0; k < MEMBERS; k++) {
      ParamScope own = scope.child("member" + k);
      BijectiveChain chain = Chain.of(dim).then(new LowerTriangular(dim, START_SCALE));
      Constant numbers = Constant.of(chain, own);
      Param shift = numbers.params(0).get("shift");
      double[] apart = new double[dim];
      Init.normal(SPREAD).fill(ParamLayout.of("shift", Shape.of(dim)), own.seed(), apart);
      shift.set(apart);
      members.add(chain.pushforward(numbers));
    }
    return new MixtureGuide(structure, new MixtureFlow(members, scope.child("weights")));
  }
}
