using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Learners;

/// <summary>How far a learner has come.</summary>
/// <param name="Learner">Who.</param>
/// <param name="Weights">Its agents' current weights.</param>
/// <param name="Spent">What its data and trainings have cost so far.</param>
internal sealed record LearnerState(ILearner Learner, Weights Weights, Cost Spent)
{
    public static LearnerState Start(ILearner learner) => new(learner, Weights.OfBase, default);
}
