using System.Text.Json.Serialization;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Results;

/// <summary>What the votes were worth from which a method learned in one iteration. The truth is counted here and never trained on.</summary>
/// <param name="Name">Key of the method.</param>
/// <param name="Iteration">From 1.</param>
/// <param name="Problems">Training problems.</param>
/// <param name="Used">Those that may teach and whose vote had enough support to be a target.</param>
/// <param name="Right">Those of <paramref name="Used"/> whose vote is right; null where no right answer is known.</param>
public sealed record LabelQuality(string Name, int Iteration, int Problems, int Used, int? Right)
{
    private const double FewestUsed = 0.1;

    /// <summary>Whether the method learned nothing in this iteration, as its loss had stopped falling before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasEnded { get; init; }

    /// <summary>Those of <see cref="Used"/> whose right answer is known; null, and not in files, where all are or none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Known { get; init; }

    /// <summary>The share of right votes among those of which that is known; null where it is of none.</summary>
    [JsonIgnore]
    public double? RightShare => Right is { } right && Used > 0 ? right / (double)(Known ?? Used) : null;

    /// <summary>Why little good can come of learning from them; null where nothing is wrong with them.</summary>
    public string? Warning() => this switch
    {
        { HasEnded: true } => null,
        { Used: 0 } => "no vote had enough support to learn from",
        _ when Used < FewestUsed * Problems => "only " + Describe(),
        { Right: { } right } when 2 * right < (Known ?? Used) => $"only {right} of the {Known ?? Used} votes it learned from{(Known is null ? "" : " whose right answers are known")} are right",
        _ => null,
    };

    /// <summary>Such as <c>5 of 6 votes had enough support to learn from</c>.</summary>
    public string Describe() => HasEnded ? "learns no more, as its loss has stopped falling" : $"{Used} of {Problems} votes had enough support to learn from";

    /// <param name="method">Key of the method.</param>
    /// <param name="iteration">From 1.</param>
    /// <param name="problems">Training problems.</param>
    /// <param name="debates">Its answers to those that may teach.</param>
    /// <param name="minimumVotes">Answers that have to agree with the vote.</param>
    public static LabelQuality Of(string method, int iteration, int problems, IReadOnlyList<Transcript> debates, int minimumVotes)
    {
        var used = debates.Where(debate => debate.HasSupport(minimumVotes)).ToList();
        var known = used.Count(debate => debate.Correct is not null);
        return new LabelQuality(method, iteration, problems, used.Count, known > 0 ? used.Count(debate => debate.Correct == true) : null)
        {
            Known = known > 0 && known < used.Count ? known : null,
        };
    }
}
