using System.Text.Json.Serialization;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Experiments;

/// <summary>A <see cref="Gain"/> over all seeds of an experiment.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Task">Name of the task.</param>
/// <param name="Name">Key of the method.</param>
/// <param name="Iteration">Its iteration.</param>
/// <param name="Over">Key of what it is compared with.</param>
/// <param name="OverIteration">Its iteration.</param>
/// <param name="Difference">Accuracy minus accuracy, mean over seeds.</param>
/// <param name="StandardError">Of the difference, paired by problem within each seed.</param>
/// <param name="Won">Problems of all seeds that only the first answers right.</param>
/// <param name="Lost">Problems of all seeds that only the second answers right.</param>
/// <param name="PValue">McNemar's exact test over all of them.</param>
public sealed record PooledGain(
    string Model, string Task, string Name, int Iteration, string Over, int OverIteration,
    double Difference, double StandardError, int Won, int Lost, double PValue)
{
    /// <summary>Such as <c>0.0116</c> or <c>below 0.0001</c>.</summary>
    [JsonIgnore]
    public string PValueText => PValue < 0.0001 ? "below 0.0001" : FormattableString.Invariant($"{PValue:0.0000}");

    /// <summary>The 95 % interval of the difference, by the percentile bootstrap over the problems of each seed; null where it is not known.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Pools the same comparison of runs with as many problems each.</summary>
    public static PooledGain Of(string model, string task, IReadOnlyList<Gain> gains)
    {
        var (won, lost) = (gains.Sum(gain => gain.Won), gains.Sum(gain => gain.Lost));
        return new PooledGain(
            model, task, gains[0].Name, gains[0].Iteration, gains[0].Over, gains[0].OverIteration,
            gains.Average(gain => gain.Difference),
            Math.Sqrt(gains.Sum(gain => gain.StandardError * gain.StandardError)) / gains.Count,
            won, lost, Gain.McNemar(won, lost))
        {
            Interval = gains.All(gain => gain.Problems > 0) ? PairedBootstrap.Of([.. gains.Select(gain => (gain.Won, gain.Lost, gain.Problems))]) : null,
        };
    }
}
