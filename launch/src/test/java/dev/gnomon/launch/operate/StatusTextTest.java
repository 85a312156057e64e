package dev.gnomon.launch.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class StatusTextTest {

  private static final String ACTOR =
      "{'actor':'%s','state':'%s','begun':true,'restarts':%d,'step':%d%s,'queued':{%s}}";

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  private static JsonNode running(String phase, String waits, boolean reachable) throws Exception {
    return json(
        """
        {'run':'shapes-1','answered_by':'10.0.0.2:2551','phase':'%s','coordinator':'10.0.0.3:2551',\
        'lineage':2,'step':1207,'steps':2400,'restarts':1,\
        'versions':{'boundary':1200,'admitted':1223,'version':1200,'max_staleness':15},\
        'checkpoints':{'newest':1150,'writing':[1200],'scoring':1150},'waits':[%s],\
        'measures':{'loss':0.43123,'images_per_second':1386.4,'nmi':null},\
        'nodes':[{'node':'10.0.0.2:2551','state':'up','reachable':%s,'roles':['trainer'],'actors':[%s]},\
        {'node':'10.0.0.3:2551','state':'up','reachable':true,'roles':['coordinator','teacher'],'actors':[%s,%s]}],\
        'lost_actors':[%s]}"""
            .formatted(
                phase,
                waits,
                reachable,
                ACTOR.formatted(
                    "trainer",
                    "training",
                    1,
                    1208,
                    ",'version':1200",
                    "'batches':2,'conditions':3"),
                ACTOR.formatted(
                    "teacher-1", "waiting for version 1208", 0, 1215, "", "'batches':3"),
                ACTOR.formatted("teacher-2", "x".repeat(60), 0, 1216, ",'version':1200", ""),
                phase.equals("waiting")
                    ? ACTOR.formatted("assigner", "working", 0, 1200, "", "")
                    : ""));
  }

  @Test
  void aRunReadsWellInAHundredColumns() throws Exception {
    String text = StatusText.of(running("running", "", true));
    assertThat(text)
        .isEqualTo(
            """
            Run shapes-1: running, step 1,207 of 2,400 (50 %)
              stage 2 since 1,200, guided by version 1,200 (staleness 7 of 15 at most), admitted below 1,223
              loss 0.4312, 1,386 images/s
              newest checkpoint 1,150, 1,200 being written, 1,150 being scored
              lineage 2, 1 restart

            NODE, ACTOR    DOING                                              STEP    VERSION  RESTARTS  QUEUED
            10.0.0.3:2551  up  coordinator, teacher
              coordinator  running
              teacher-1    waiting for version 1208                          1,215          -         0  batches 3
              teacher-2    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...      1,216      1,200         0
            10.0.0.2:2551  up  trainer
              trainer      training                                          1,208      1,200         1  batches 2, conditions 3
            """);
  }

  @Test
  void whoIsUnreachableOrGoneOrWaitsIsSeen() throws Exception {
    JsonNode status =
        running("waiting", "{'actor':'coordinator','for':'assigner','seconds':12.4}", false);
    assertThat(StatusText.of(status))
        .contains("\n  coordinator waits for assigner, 12 s so far\n")
        .contains("\n10.0.0.2:2551  UNREACHABLE (up)  trainer\n")
        .contains("\n(gone)\n  assigner ");
  }

  @Test
  void withoutACoordinatorTheNodesAreShownAndTheTrouble() throws Exception {
    String text =
        StatusText.of(
            json(
                """
                {'run':'shapes-1','phase':'unknown','trouble':'the coordinator does not answer within 5 s',\
                'nodes':[{'node':'10.0.0.2:2551','state':'joining','reachable':true,'roles':['trainer'],'actors':[]}],\
                'lost_actors':[]}"""));
    assertThat(text)
        .startsWith("Run shapes-1: the coordinator does not answer within 5 s\n")
        .contains("10.0.0.2:2551  joining  trainer");
  }

  @Test
  void aRunIsWellThatGoesOnWithEveryNodeHeardOf() throws Exception {
    for (String phase : new String[] {"running", "paused", "finishing", "stopping", "done"}) {
      assertThat(StatusText.isWell(running(phase, "", true))).as(phase).isTrue();
      assertThat(StatusText.isWell(running(phase, "", false))).as(phase).isFalse();
    }
    String trainer = "{'actor':'akka://x/user/trainer','for':'batch 3','seconds':4}";
    assertThat(StatusText.isWell(running("running", trainer, true))).isTrue();
    String teacher = "{'actor':'coordinator','for':'teacher','seconds':4}";
    assertThat(StatusText.isWell(running("running", teacher, true))).isFalse();
    for (String phase : new String[] {"waiting", "recovering", "unknown"}) {
      assertThat(StatusText.isWell(running(phase, "", true))).as(phase).isFalse();
    }
  }
}
