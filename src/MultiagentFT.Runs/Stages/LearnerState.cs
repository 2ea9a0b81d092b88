using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Stages;

/// <summary>How far a method has learned.</summary>
/// <param name="Method">Which.</param>
/// <param name="Learner">How it learns.</param>
/// <param name="Weights">Its agents' current weights.</param>
/// <param name="Spent">What its data and trainings have cost so far.</param>
/// <param name="Loss">At which its last trainings ended, mean of its agents, nats a token; null where none has told.</param>
/// <param name="HasEnded">Whether it learns no more (<see cref="Method.EndsWithItsLoss"/>).</param>
internal sealed record LearnerState(Method Method, ILearner Learner, AgentWeights Weights, Cost Spent, double? Loss, bool HasEnded)
{
    public static LearnerState Start(Method method, RunConfig config) => new(method, method.Learner!(config), AgentWeights.OfBase, default, null, false);

    /// <summary>After the trainings of another iteration.</summary>
    public LearnerState After(FinetuningResult finetuning, Cost spent) => this with
    {
        Weights = finetuning.Weights,
        Spent = Spent + spent,
        Loss = finetuning.Loss ?? Loss,
        HasEnded = HasEnded || (Method.EndsWithItsLoss && finetuning.Loss >= Loss),
    };
}
