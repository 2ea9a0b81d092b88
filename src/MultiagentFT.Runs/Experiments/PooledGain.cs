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
/// <param name="Difference">Accuracy minus accuracy, over the problems of all seeds together as in <see cref="ExperimentRow.Accuracy"/>.</param>
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

    /// <summary>Pools the same comparison of runs, each by its problems; alike where a summary does not tell how many there were.</summary>
    public static PooledGain Of(string model, string task, IReadOnlyList<Gain> gains)
    {
        var (won, lost) = (gains.Sum(gain => gain.Won), gains.Sum(gain => gain.Lost));
        var (isKnown, problems) = (gains.All(gain => gain.Problems > 0), gains.Sum(gain => gain.Problems));
        return new PooledGain(
            model, task, gains[0].Name, gains[0].Iteration, gains[0].Over, gains[0].OverIteration,
            gains.Sum(gain => Share(gain) * gain.Difference),
            Math.Sqrt(gains.Sum(gain => Math.Pow(Share(gain) * gain.StandardError, 2))),
            won, lost, Gain.McNemar(won, lost))
        {
            Interval = isKnown ? PairedBootstrap.Of([.. gains.Select(gain => (gain.Won, gain.Lost, gain.Problems))]) : null,
        };

        double Share(Gain gain) => isKnown ? gain.Problems / (double)problems : 1.0 / gains.Count;
    }
}
