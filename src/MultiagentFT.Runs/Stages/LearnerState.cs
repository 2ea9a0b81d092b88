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
internal sealed record LearnerState(Method Method, ILearner Learner, AgentWeights Weights, Cost Spent)
{
    public static LearnerState Start(Method method, RunConfig config) => new(method, method.Learner!(config), AgentWeights.OfBase, default);
}
