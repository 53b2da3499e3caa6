package io.flowsvi.models.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models by name. */
class ModelCatalogTest {
  private final ModelCatalog catalog = new ModelCatalog(ModelCatalog.bundled());

  @Test
  void unknownModelOffersTheNearest() {
    assertThatThrownBy(() -> catalog.find("eight-scools"))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("Unknown model 'eight-scools'")
        .hasMessageContaining("Did you mean 'eight-schools'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eight-schools",
        "eight-schools-centred",
        "logistic-regression",
        "poisson-regression",
        "varying-intercept"
      })
  void bundledModelRunsOnItsDataAndHasTheSitesItReports(String name) {
    check(catalog.find(name));
  }

  private static <D> void check(ModelEntry<D> entry) {
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, entry.model(), entry.bundled().get());
      assertThat(structure.dim()).isPositive();
      entry.reported().forEach(s -> assertThat(structure.site(s.name()).site()).isEqualTo(s));
      assertThat(entry.keys()).isNotEmpty();
      assertThat(entry.description()).isNotEmpty();
    }
  }

  @Test
  void entriesOfAUserNeedNoListOfSites() {
    ModelEntry<EightSchools.Data> entry =
        new ModelEntry<>(
            "mine", new EightSchools(), EightSchools.Data::of, EightSchools.Data::bundled);
    assertThat(entry.reported()).isEmpty();
    assertThat(entry.reporting(EightSchools.TAU).reported()).containsExactly(EightSchools.TAU);
    assertThat(new ModelCatalog(Map.of("mine", entry)).find("mine")).isSameAs(entry);
  }
}
