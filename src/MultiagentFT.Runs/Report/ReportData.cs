using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report;

/// <summary>All that the report shows.</summary>
/// <param name="Config">The run's configuration.</param>
/// <param name="Summary">Its result.</param>
/// <param name="Evaluations">Every method's transcripts on the evaluation problems.</param>
/// <param name="Trainings">By iteration and method.</param>
/// <param name="Task">Compares answers.</param>
public sealed record ReportData(
    RunConfig Config, Summary Summary, IReadOnlyList<Evaluation> Evaluations, IReadOnlyList<TrainedAgent> Trainings, IDebateTask Task)
{
    /// <summary>Collects the trainings of a finished run.</summary>
    public static ReportData Read(
        RunLayout layout, RunConfig config, Summary summary, IReadOnlyList<Evaluation> evaluations, IDebateTask task)
    {
        var trainings =
            from iteration in Enumerable.Range(1, config.Iterations)
            from method in (Method[])[Method.SingleAgentFt, Method.MultiagentFt]
            let counts = layout.DatasetCounts(iteration, method)
            where File.Exists(counts)
            from agent in JsonFile.Read<Dictionary<string, int>>(counts)
            let report = layout.TrainingReport(iteration, agent.Key)
            select new TrainedAgent(
                method, iteration, agent.Key, agent.Value, agent.Value > 0 ? JsonFile.Read<TrainingReport>(report) : null);
        return new ReportData(config, summary, evaluations, [.. trainings], task);
    }
}
