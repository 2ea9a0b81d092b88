using System.Globalization;

namespace MultiagentFT.Runs.Stages;

/// <summary>Identifies a stage of a run.</summary>
/// <param name="Method">The method's key.</param>
/// <param name="Iteration">From 1; 0 for methods that are not trained.</param>
/// <param name="Activity">What is done.</param>
public sealed record StageId(string Method, int Iteration, StageActivity Activity)
{
    /// <summary>The name of its files, such as <c>multiagent-ft-1-training</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Method}-{Iteration}-{Activity.ToString().ToLowerInvariant()}");
}
