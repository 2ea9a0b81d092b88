using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Stages for readers, short enough to stand before a bar.</summary>
internal static class StageTitle
{
    /// <summary>Such as <c>multiagent-ft 1, training problems</c>.</summary>
    public static string Of(StageId stage)
    {
        var activity = stage.Activity switch
        {
            StageActivity.Evaluation => "evaluation",
            StageActivity.Training => "training problems",
            StageActivity.Diversity => "diversity",
            _ => "finetuning",
        };
        return $"{MethodTable.Title(stage.Method, stage.Iteration)}, {activity}";
    }
}
