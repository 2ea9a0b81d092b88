using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Sharing;

/// <summary>All that decides what the stages of a run come to: settings, the content of files, problems.</summary>
internal sealed class RunOrigin
{
    private readonly RunConfig _config;
    private readonly Lazy<IReadOnlyDictionary<string, InputFile>> _inputs;
    private readonly Lazy<IReadOnlyList<RunStage>> _stages;
    private readonly Lazy<RunProblems?> _problems;

    /// <param name="config">Of the run, paths absolute.</param>
    /// <param name="inputs">Its files; asked only where settings are those of another run.</param>
    /// <param name="catalog">The methods that it chooses from.</param>
    public RunOrigin(RunConfig config, Func<RunInputs> inputs, MethodCatalog catalog)
    {
        _config = config;
        _inputs = new(() => inputs().Of(config));
        _stages = new(() => StagePlan.Of(config, catalog));
        _problems = new(Draw);
    }

    /// <summary>
    /// The stages, in the order in which they are run, that come to the same in another run: made by the same settings from the same problems and from stages that are themselves
    /// the same. None of remote models, which may be others under the same name.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public IReadOnlyList<RunStage> SharedWith(RunOrigin other)
    {
        if (RemoteModel.IsRemote(_config.Model) || JobDifference.Between(WhatAllStagesRead(_config), WhatAllStagesRead(other._config)).Count > 0) return [];
        if (!((string[])["model", "task", "feedback"]).All(key => HasSameInput(key, other)) || _problems.Value is not { } problems || other._problems.Value is not { } others) return [];
        var needs = other._stages.Value.ToDictionary(stage => stage.Id, stage => stage.Needs);
        var shared = new HashSet<StageId>();
        return [.. _stages.Value.Where(stage => needs.TryGetValue(stage.Id, out var same) && stage.Needs.SequenceEqual(same)
            && stage.Needs.All(shared.Contains) && IsPutToTheSame(stage.Id) && shared.Add(stage.Id))];

        bool IsPutToTheSame(StageId stage) => stage.Activity switch
        {
            StageActivity.Training => problems.Training[stage.Iteration - 1].SequenceEqual(others.Training[stage.Iteration - 1]),
            StageActivity.Evaluation => problems.Evaluation.SequenceEqual(others.Evaluation) && problems.EvaluationTask?.HasChoices == others.EvaluationTask?.HasChoices,
            StageActivity.Diversity => _config.DiversityProblems == other._config.DiversityProblems && HasSameInput("embeddingModel", other),
            _ => true,
        };
    }

    /// <summary>
    /// The configuration without paths, whose files are compared by content, and without what decides which stages and problems there are, which are compared themselves.
    /// </summary>
    private static RunConfig WhatAllStagesRead(RunConfig config)
    {
        var neutral = new RunConfig();
        return config with
        {
            Model = "",
            Task = TaskName(config.Task),
            EvaluationTask = "",
            Feedback = "",
            EmbeddingModel = "",
            Methods = [],
            Iterations = neutral.Iterations,
            TrainingProblems = neutral.TrainingProblems,
            FreshProblems = null,
            EvaluationProblems = neutral.EvaluationProblems,
            EvaluationSplit = neutral.EvaluationSplit,
            DiversityProblems = neutral.DiversityProblems,
            NearDuplicates = new NearDuplicateOptions(),
        };
    }

    private static string TaskName(string task) => Debate.Tasks.TaskCatalog.IsGenerated(task) ? task : "";

    private bool HasSameInput(string key, RunOrigin other) =>
        _inputs.Value.GetValueOrDefault(key)?.Sha256 == other._inputs.Value.GetValueOrDefault(key)?.Sha256;

    /// <summary>Null where the run's problems cannot be told any more: a file of them is elsewhere, or another one.</summary>
    private RunProblems? Draw()
    {
        try
        {
            foreach (var (key, path) in (ReadOnlySpan<(string, string)>)[("task", _config.Task), ("evaluationTask", _config.EvaluationTask)])
            {
                if (_inputs.Value.TryGetValue(key, out var file) && InputFile.Measure(path).Sha256 != file.Sha256) return null;
            }
            return RunProblems.Draw(_config, _config.OpenTask());
        }
        catch (InputException)
        {
            return null;
        }
    }
}
