using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class DifficultyTests
{
    private static readonly ArithmeticTask Task = new();

    [Fact]
    public void LevelsOfAFileComeByTheirNumbers()
    {
        var problems = Problems("Level 10", "Level 2", "Level 2", null, "Level 2", "Level ?");

        var difficulty = Difficulty.Of([Of("base", 0, "111111"), Of("greedy", 0, "010110"), Of("multiagent-ft", 1, "000000"), Of("multiagent-ft", 2, "110111")], problems, Task)!;

        Assert.Equal((DifficultyMeasure.Level, null), (difficulty.By, difficulty.AnswersOf));
        Assert.Equal([("Level 2", 3), ("Level 10", 1), ("Level ?", 1), ("no level", 1)], difficulty.Groups.Select(group => (group.Name, group.Problems)));
        Assert.Equal(
            [
                new DifficultyAccuracy("greedy", 0, 2, 2 / 3.0, Interval.Wilson(2 / 3.0, 3)),
                new DifficultyAccuracy("multiagent-ft", 2, 2, 2 / 3.0, Interval.Wilson(2 / 3.0, 3)),
            ],
            difficulty.Groups[0].Methods);
        Assert.Equal([0, 1], difficulty.Groups[1].Methods.Select(method => method.Right));
    }

    /// <summary>Of eight problems 0, 0, 1, 2, 2, 2, 3 and 4 of 4 answers are right: quartiles end at 0, 2 (after the fourth and the sixth) and 4.</summary>
    [Fact]
    public void ProblemsOfOtherTasksAreSortedByRightAnswersOfTheBase()
    {
        string[] sampled = ["0000", "1111", "0110", "0000", "0011", "1000", "1010", "0111"];
        var society = Of("multiagent-ft", 1, "01100011");

        var difficulty = Difficulty.Of([Of("greedy", 0, "01111111"), Of("majority-equal-tokens", 0, "01000001", sampled), Of("debate", 0, "11111111", [.. sampled.Select(_ => "111")]), society], Problems(new string?[8]), Task)!;

        Assert.Equal((DifficultyMeasure.BaseAnswers, "majority-equal-tokens"), (difficulty.By, difficulty.AnswersOf));
        Assert.Equal([("0 of 4 right", 2), ("1 to 2 of 4 right", 4), ("3 to 4 of 4 right", 2)], difficulty.Groups.Select(group => (group.Name, group.Problems)));
        Assert.Equal([(1, 0), (4, 2), (2, 2)], difficulty.Groups.Select(group => (group.Methods[0].Right, group.Methods[1].Right)));
    }

    [Fact]
    public void OneLevelAloneTellsNothingAndAnswersDo()
    {
        Evaluation[] evaluations = [Of("majority", 0, "01", ["01", "11"])];

        var difficulty = Difficulty.Of(evaluations, Problems("5", "5"), Task)!;

        Assert.Equal((DifficultyMeasure.BaseAnswers, "majority"), (difficulty.By, difficulty.AnswersOf));
        Assert.Equal(["0 to 1 of 2 right", "2 of 2 right"], difficulty.Groups.Select(group => group.Name));
        Assert.All(difficulty.Groups, group => Assert.Equal("majority", Assert.Single(group.Methods).Name));
    }

    [Fact]
    public void WhereNothingTellsItThereIsNone()
    {
        Assert.Null(Difficulty.Of([Of("greedy", 0, "01")], Problems(null, null), Task));
        Assert.Null(Difficulty.Of([Of("majority", 0, "11", ["11", "11"])], Problems(null, null), Task));
        Assert.Null(Difficulty.Of([], Problems("1", "2"), Task));
        Assert.Null(Difficulty.Of([Of("greedy", 0, "01")], [.. Problems("1", "2").Select(problem => problem with { Answer = null })], Task));
    }

    private static IReadOnlyList<Problem> Problems(params string?[] levels) => [.. levels.Select((level, index) => new Problem($"{index}", "?", "1") { Level = level })];

    /// <param name="votes">By problem, whether the vote is right.</param>
    /// <param name="answers">By problem, whether each first answer is; null: the vote is the only one.</param>
    private static Evaluation Of(string method, int iteration, string votes, string[]? answers = null) => new(
        MethodCatalog.Default[method],
        iteration,
        [.. votes.Select((right, index) => new Transcript(
            FileFormat.Current,
            $"{index}",
            "?",
            "1",
            [.. (answers?[index] ?? $"{right}").Select((one, agent) => new Turn(1, agent, "base", null, 0, "?", "", one == '1' ? "1" : agent == 0 ? null : "7", 1, 5, FinishReason.EndOfTurn))],
            [new RoundVote(1, "1", 1, 1, right == '1')]))],
        0,
        default);
}
