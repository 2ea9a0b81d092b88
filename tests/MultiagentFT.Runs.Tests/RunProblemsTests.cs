using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests;

public sealed class RunProblemsTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Numbers_that_nobody_gave_fit_small_files()
    {
        var (config, task) = Open(60);

        var fitted = RunProblems.Fit(config, task, isTrainingGiven: false, isEvaluationGiven: false);

        Assert.Equal((task.Available(Split.Training), task.Available(Split.Evaluation)), (fitted.TrainingProblems, fitted.EvaluationProblems));
        Assert.Equal(config, RunProblems.Fit(config, new ArithmeticTask(), false, false));
        var problems = RunProblems.Draw(fitted, task);
        Assert.Equal((fitted.TrainingProblems, fitted.EvaluationProblems), (problems.Training[0].Count, problems.Evaluation.Count));
    }

    [Fact]
    public void A_number_that_was_given_is_kept_and_refused_with_what_to_give()
    {
        var (config, task) = Open(60);
        var available = task.Available(Split.Training);

        var given = RunProblems.Fit(config with { TrainingProblems = 55 }, task, isTrainingGiven: true, isEvaluationGiven: false);

        Assert.Equal(55, given.TrainingProblems);
        Assert.Equal(
            $"{task.Name}: split training: expected 55 problems, found {available} of 60; give --training-problems {available}",
            Assert.Throws<InputException>(() => RunProblems.Draw(given, task)).Message);
        Assert.EndsWith(
            $"found {available} of 60; give --count {available}, or --split all for all 60",
            Assert.Throws<InputException>(() => RunProblems.Require(task, Split.Training, 55, "count")).Message);
    }

    [Fact]
    public void All_is_as_many_as_there_are()
    {
        var (config, task) = Open(60);

        Assert.Equal(60, RunProblems.Fit(RunProblems.All, task, Split.All, isGiven: true));
        Assert.Equal(task.Available(Split.Training), RunProblems.Fit(config with { TrainingProblems = RunProblems.All }, task, true, true).TrainingProblems);
        Assert.Throws<InputException>(() => RunProblems.Fit(RunProblems.All, new ArithmeticTask(), Split.Training, isGiven: true));
    }

    [Fact]
    public void An_evaluation_task_leaves_all_of_the_task_for_training()
    {
        var (config, task) = Open(20);
        var evaluation = Write("evaluation.jsonl", Enumerable.Range(100, 7));
        config = config with { EvaluationTask = evaluation };

        var fitted = RunProblems.Fit(config, task, false, false);
        var problems = RunProblems.Draw(fitted, task);

        Assert.Equal((20, 7), (problems.Training[0].Count, problems.Evaluation.Count));
        var shared = fitted with { EvaluationTask = Write("shared.jsonl", [3]), EvaluationProblems = 1 };
        Assert.Contains("expected other problems for evaluation than for training, found 1 in both", Assert.Throws<InputException>(() => RunProblems.Draw(shared, task)).Message);
    }

    [Fact]
    public void Rows_that_the_evaluation_file_leaves_out_are_told()
    {
        var (config, task) = Open(20);
        var path = Write("evaluation.jsonl", Enumerable.Range(100, 7));
        File.AppendAllText(path, "\n[]\n");
        config = config with { EvaluationTask = path, TrainingProblems = 5, EvaluationProblems = 3, TaskFile = new TaskFileOptions { SkipBadRows = true } };

        var notes = RunProblems.Draw(config, task).Notes(config).ToList();

        Assert.StartsWith($"{path}: 1 bad row is left out (line 8), the first as ", notes[0], StringComparison.Ordinal);
        Assert.DoesNotContain(RunProblems.Draw(config with { EvaluationTask = "" }, task).Notes(config), note => note.Contains("bad row", StringComparison.Ordinal));
    }

    /// <summary>Zero-shot transfer: trained on one family, measured on another's evaluation split.</summary>
    [Fact]
    public void A_family_may_measure_what_another_taught()
    {
        var config = new RunConfig { Model = "m.gguf", EvaluationTask = TaskCatalog.Symbolic, TrainingProblems = 9, EvaluationProblems = 5, EvaluationSplit = Split.Development };

        var problems = RunProblems.Draw(config, config.OpenTask());

        Assert.Empty(config.Validate());
        Assert.Equal(new ArithmeticTask().Draw(Split.Training, 18, new Seed(1).Of("training-problems")), problems.Training.SelectMany(lot => lot));
        Assert.Equal(TaskCatalog.Open(TaskCatalog.Symbolic).Draw(Split.Development, 5, new Seed(1).Of("evaluation-problems")), problems.Evaluation);
        Assert.Equal(config.EvaluationTask, config.WithFullPaths().EvaluationTask);
    }

    [Fact]
    public void Fresh_problems_are_counted_for_every_iteration()
    {
        var (config, task) = Open(60);
        config = config with { FreshProblems = true, Iterations = 3, EvaluationProblems = 1 };
        var available = task.Available(Split.Training)!.Value;

        var fitted = RunProblems.Fit(config, task, isTrainingGiven: false, isEvaluationGiven: true);

        Assert.Equal(available / 3, fitted.TrainingProblems);
        var lots = RunProblems.Draw(fitted, task).Training;
        Assert.Equal(3 * fitted.TrainingProblems, lots.SelectMany(lot => lot).Select(problem => problem.Id).Distinct().Count());
        Assert.Equal(
            $"{task.Name}: split training: expected 3 times 55 fresh problems, found {available} of 60; give --training-problems {available / 3}",
            Assert.Throws<InputException>(() => RunProblems.Draw(config with { TrainingProblems = 55 }, task)).Message);
    }

    /// <summary>The same rules decide on both tasks.</summary>
    [Fact]
    public void The_evaluation_task_has_the_fields_of_the_task()
    {
        var training = _files.Write("train.jsonl", string.Join('\n', Enumerable.Range(0, 9).Select(n => $$"""{"q":"How much is {{n}}?","a":{{n}}}""")));
        var evaluation = _files.Write("test.jsonl", """{"q":"How much is 20?","a":20}""");
        var config = new RunConfig
        {
            Model = "m.gguf",
            Task = training,
            EvaluationTask = evaluation,
            TaskFile = new() { QuestionField = "q", AnswerField = "a" },
            TrainingProblems = 9,
            EvaluationProblems = 1,
        };

        Assert.Equal("20", Assert.Single(RunProblems.Draw(config, config.OpenTask()).Evaluation).Answer);
    }

    [Fact]
    public void Training_problems_nearly_the_same_as_evaluation_problems_are_said_left_out_or_refused()
    {
        var (config, task) = OpenNearlySame();

        var warned = RunProblems.Draw(config, task);
        var dropping = config with { NearDuplicates = new() { Action = NearDuplicateAction.Drop }, TrainingProblems = 18 };
        var dropped = RunProblems.Draw(dropping, task);
        var refusing = config with { NearDuplicates = new() { Action = NearDuplicateAction.Refuse } };

        Assert.Equal(20, warned.Training[0].Count);
        Assert.StartsWith(
            "nearDuplicates: 2 training problems are nearly the same as an evaluation problem, such as ", warned.NearDuplicateNote(config), StringComparison.Ordinal);
        Assert.Contains(" in her purse", warned.NearDuplicateNote(config), StringComparison.Ordinal);
        Assert.EndsWith("left out of training", dropped.NearDuplicateNote(dropping), StringComparison.Ordinal);
        Assert.Equal(warned.Training[0].Where(problem => !problem.Question.Contains("money", StringComparison.OrdinalIgnoreCase)), dropped.Training[0]);
        var error = Assert.Throws<InputException>(() => RunProblems.Draw(refusing, task)).Message;
        Assert.StartsWith($"{task.Name}: nearDuplicates: expected no training problem that is nearly the same as an evaluation problem, found 2 training problems are", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Others_take_the_place_of_those_left_out_as_far_as_there_are_any()
    {
        var (config, task) = OpenNearlySame();
        config = config with { NearDuplicates = new() { Action = NearDuplicateAction.Drop }, TrainingProblems = 10 };

        Assert.Equal(10, RunProblems.Draw(config, task).Training[0].Count);
        Assert.Equal(18, RunProblems.Fit(config with { TrainingProblems = RunProblems.All }, task, true, true).TrainingProblems);
        Assert.Equal(18, RunProblems.Fit(config with { TrainingProblems = 1000 }, task, false, true).TrainingProblems);
        Assert.Equal(
            $"{task.Name}: split all: expected 20 problems, found 18, as 2 are nearly the same as an evaluation problem; give --training-problems 18",
            Assert.Throws<InputException>(() => RunProblems.Draw(config with { TrainingProblems = 20 }, task)).Message);
    }

    [Fact]
    public void The_threshold_is_a_setting_and_generated_problems_are_not_searched()
    {
        var (config, task) = OpenNearlySame();
        var strict = config with { NearDuplicates = new() { Similarity = 0.95 } };

        Assert.StartsWith("nearDuplicates: 1 training problem is nearly", RunProblems.Draw(strict, task).NearDuplicateNote(strict), StringComparison.Ordinal);
        Assert.Null(RunProblems.Draw(config with { EvaluationTask = "arithmetic" }, task).NearDuplicateNote(config));
        Assert.Contains("nearDuplicates.similarity: expected above 0, at most 1, found 0", (config with { NearDuplicates = new() { Similarity = 0 } }).Validate());
    }

    /// <summary>Twenty problems and one to measure; two of the twenty are nearly the last one: another letter case, another word.</summary>
    private (RunConfig Config, IDebateTask Task) OpenNearlySame()
    {
        string[] training = [.. Enumerable.Range(0, 18).Select(n => $"How much is {n}?"), "HOW much money has Ann in her purse, if she has 7 coins in it?", "How much money has Bea in her purse if she has 7 coins in it?"];
        var path = _files.Write("train.jsonl", string.Join('\n', training.Select(question => $$"""{"question":"{{question}}","answer":1}""")));
        var evaluation = _files.Write("test.jsonl", """{"question":"How much money has Ann in her purse if she has 7 coins in it?","answer":1}""");
        var config = new RunConfig { Model = "m.gguf", Task = path, EvaluationTask = evaluation, TrainingProblems = 20, EvaluationProblems = 1, FreshProblems = false, Iterations = 1 };
        return (config, TaskCatalog.Open(path));
    }

    private (RunConfig Config, IDebateTask Task) Open(int problems)
    {
        var path = Write("problems.jsonl", Enumerable.Range(0, problems));
        return (new RunConfig { Model = "m.gguf", Task = path }, TaskCatalog.Open(path));
    }

    private string Write(string name, IEnumerable<int> numbers) =>
        _files.Write(name, string.Join('\n', numbers.Select(n => $$"""{"question":"How much is {{n}}?","answer":{{n}}}""")));
}
