using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scoring;

/// <summary>A request that has been checked, with the adapters that it holds until it is released.</summary>
/// <param name="index">Its place among the requests of its call.</param>
/// <param name="prompt">Tokens of the rendered conversation, one or more.</param>
/// <param name="answer">Tokens of the answer, one or more; all but the last fit a slot behind the prompt.</param>
/// <param name="adapters">Of each policy; null is the base model.</param>
internal sealed class ScoringJob(int index, int[] prompt, int[] answer, LoadedAdapter?[] adapters)
{
    public int Index => index;

    public int[] Answer => answer;

    /// <summary>What is decoded: the last token of the answer says nothing of itself.</summary>
    public int[] Text { get; } = [.. prompt, .. answer[..^1]];

    /// <summary>The first position whose logits are compared, those of the answer's first token; one for each token from there on.</summary>
    public int FirstOutput => prompt.Length - 1;

    public IRuntimeAdapter?[] Policies { get; } = Array.ConvertAll(adapters, adapter => adapter?.Runtime);

    /// <summary>Set once it is known.</summary>
    public AnswerScore? Score { get; set; }

    public void Release()
    {
        foreach (var adapter in adapters) adapter?.Release();
    }
}
