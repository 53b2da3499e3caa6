package io.flowsvi.flows.family;

import io.flowsvi.flows.guide.BlockGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.PplException;
import java.util.ArrayList;
import java.util.List;

/**
 * A family for each group of sites: independent blocks, each as rich as it needs to be.
 *
 * @param blocks groups with their families
 * @param rest the family of each latent that no group has, one block for each
 */
public record BlockFamily(List<Block> blocks, GuideFamily rest) implements GuideFamily {
  /** Copies the list. */
  public BlockFamily {
    blocks = List.copyOf(blocks);
  }

  /**
   * A group of sites and its family.
   *
   * @param sites at least one
   * @param family of their joint guide
   */
  public record Block(List<Latent> sites, GuideFamily family) {
    /** Copies the list. */
    public Block {
      sites = List.copyOf(sites);
      if (sites.isEmpty()) {
        throw new PplException("A block needs at least one latent.");
      }
    }
  }

  /** Every latent in a block of its own, all of one family. */
  public static BlockFamily ofSites(GuideFamily each) {
    return new BlockFamily(List.of(), each);
  }

  /** These and one more group. */
  public BlockFamily with(GuideFamily family, Latent... sites) {
    List<Block> more = new ArrayList<>(blocks);
    more.add(new Block(List.of(sites), family));
    return new BlockFamily(more, rest);
  }

  @Override
  public Guide<Object> build(ModelStructure structure, ParamScope scope) {
    List<Block> all = new ArrayList<>(blocks);
    List<Latent> taken = blocks.stream().flatMap(b -> b.sites().stream()).toList();
    for (LatentInfo latent : structure.latents()) {
      if (!taken.contains(latent.site())) {
        all.add(new Block(List.of(latent.site()), rest));
      }
    }
    List<Guide<Object>> guides = new ArrayList<>();
    List<ScorableGuide<Object>> scorable = new ArrayList<>();
    for (int b = 0; b < all.size(); b++) {
      Block block = all.get(b);
      Guide<Object> guide =
          block.family().build(structure.part(block.sites()), scope.child("block" + b));
      guides.add(guide);
      if (guide instanceof ScorableGuide<Object> scores) {
        scorable.add(scores);
      }
    }
    return scorable.size() == guides.size()
        ? BlockGuide.scorable(structure, scorable)
        : BlockGuide.of(structure, guides);
  }

  @Override
  public String description() {
    return "independent blocks of sites, each of a family of its own";
  }
}
