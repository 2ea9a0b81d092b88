using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Configuration;

/// <summary>
/// How agents are trained that learn what debates prefer; all else is as for the other agents. The defaults are what was tried on the embedded model
/// (<c>benchmarks/LOG.md</c>, 2026-11-26).
/// </summary>
public sealed record PreferenceOptions
{
    private static readonly string[] Objectives = ["dpo", "dpo-norm"];

    /// <summary>An objective over pairs: dpo (arXiv 2305.18290) or dpo-norm, the same by mean log-probabilities a token. Default dpo.</summary>
    public string Objective { get; init; } = "dpo";

    /// <summary>Peak learning rate. Above 0. Default 2e-4.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Passes over the pairs. Range [1, 1000]. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>β: how much a difference from the weights before the training counts. Above 0. Default 0.1.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>The options of such a training.</summary>
    /// <param name="training">Of the other agents.</param>
    public TrainingOptions Of(TrainingOptions training) => training with { Objective = Objective, LearningRate = LearningRate, Epochs = Epochs, Beta = Beta };

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Objectives.Contains(Objective)) yield return $"objective: expected {string.Join(" or ", Objectives)}, found {Objective}";
        foreach (var error in Of(new TrainingOptions()).Validate()) yield return error;
    }
}
