using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>
/// Splits of generated problems. A fixed hash of the content decides, so the splits are disjoint whatever the seeds: 13/16 pretraining, 1/16 each of
/// development, training and evaluation.
/// </summary>
internal static class ContentSplit
{
    /// <param name="content">A seed that the content alone determines.</param>
    public static Split Of(Seed content) => (content.Value >> 60) switch
    {
        0 => Split.Development,
        1 => Split.Training,
        2 => Split.Evaluation,
        _ => Split.Pretraining,
    };

    /// <param name="task">Name of the task.</param>
    /// <param name="content">What makes a problem the same as another.</param>
    public static Split Of(string task, string content) => Of(new Seed(0).Of(task + "-split").Of(content));
}
