package dev.weir.savedstate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityFilterTest {
  private final EntityFilter filter = new EntityFilter("u-1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'key':'u-1'}",
        "{'key':{'account':'u-1','currency':'USD'}}",
        "{'entry':'u-1'}",
        "{'entry':'user/u-1'}",
        "{'entry':'seen:u-1:e7'}",
        "{'entry':{'id':'u-1'}}",
        "{'entry':'e7','value':'u-1'}",
        "{'entry':'e7','value':{'events':[{'userId':'u-1'}]}}"
      })
  void aLineWithTheIdBelongsToTheEntity(String line) {
    assertThat(filter.pick(parse(line)), is(Optional.of(parse(line))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'step':'u-1','state':'u-1'}",
        "{'key':'u-1/x'}",
        "{'entry':'u-10'}",
        "{'entry':'xu-1'}",
        "{'entry':'u-1-2'}",
        "{'entry':'e7','value':{'note':'of u-1'}}",
        "{'entry':'e7','value':{'u-1':true}}"
      })
  void aLongerIdOrAnIdElsewhereDoesNotMatch(String line) {
    assertThat(filter.pick(parse(line)), is(Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'key':'0d9c1e52-7b3f-4a68-8c15-f2a90b6e4d71'}",
        "{'key':'0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D71'}",
        "{'entry':'UserInfo/0d9c1e52-7b3f-4a68-8c15-f2a90b6e4d71'}",
        "{'entry':'e7','value':[{'userId':'0d9c1e52-7b3f-4a68-8c15-f2a90b6e4d71'}]}"
      })
  void aUuidIsTheSameInAnyCase(String line) {
    EntityFilter uuid = new EntityFilter("0D9C1e52-7b3f-4a68-8c15-f2a90b6e4d71");

    assertThat(uuid.pick(parse(line)), is(Optional.of(parse(line))));
  }

  @Test
  void otherIdsAreCaseSensitive() {
    assertThat(filter.pick(parse("{'key':'U-1'}")), is(Optional.empty()));
    assertThat(filter.pick(parse("{'entry':'user/U-1','value':'U-1'}")), is(Optional.empty()));
  }

  @Test
  void theNumberOfAShardSelectsEverythingInIt() {
    EntityFilter shard = new EntityFilter("17");

    assertThat(shard.pick(parse("{'timer':'sweep','shard':17,'at':'…'}")).isPresent(), is(true));
    assertThat(shard.pick(parse("{'timer':'sweep','shard':7,'at':'…'}")).isPresent(), is(false));
    assertThat(shard.pick(parse("{'entry':'e7','value':17,'shard':7}")).isPresent(), is(false));
  }

  @Test
  void onlyTheEntitysElementsOfAListAreKept() {
    assertThat(
        filter.pick(parse("{'entry':'60+1/0','value':[{'id':'u-2'},{'id':'u-1'},'u-1x']}")),
        is(Optional.of(parse("{'entry':'60+1/0','value':[{'id':'u-1'}]}"))));
  }

  private static ObjectNode parse(String line) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(line.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
