package io.flowsvi.flows.family;

import io.flowsvi.flows.guide.AutoGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamScope;

/** A recipe for a guide of any model. */
@FunctionalInterface
public interface GuideFamily {
  /** A guide for a model, with its parameters in the scope. */
  Guide<Object> build(ModelStructure structure, ParamScope scope);

  /** One line for lists: what it is made of, and its paper. */
  default String description() {
    return "";
  }

  /** A recipe with a line for lists. */
  static GuideFamily of(String description, GuideFamily recipe) {
    return new GuideFamily() {
      @Override
      public Guide<Object> build(ModelStructure structure, ParamScope scope) {
        return recipe.build(structure, scope);
      }

      @Override
      public String description() {
        return description;
      }
    };
  }

  /** The pushforward of a flow family with constants: scorable where its chain is bijective. */
  static GuideFamily of(FlowFamily family) {
    return new GuideFamily() {
      @Override
      public Guide<Object> build(ModelStructure structure, ParamScope scope) {
        Chain chain = family.build(structure.dim(), scope);
        Constant numbers = Constant.of(chain, scope.child("chain"));
        if (chain instanceof BijectiveChain bijective && bijective.isAffine()) {
          return AutoGuide.of(structure, bijective.normal(numbers));
        }
        if (chain instanceof BijectiveChain bijective) {
          return AutoGuide.of(structure, bijective.pushforward(numbers));
        }
        return AutoGuide.of(structure, chain.pushforward(numbers));
      }

      @Override
      public String description() {
        return family.description();
      }
    };
  }
}
