using System.Text;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;
using Parquet.Serialization;

namespace MultiagentFT.Debate.Tests.Tasks.Files;

/// <summary>Problems from tables: CSV and Parquet.</summary>
public sealed class TableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_has_quotes_commas_and_lines_in_cells()
    {
        var task = FileTask.Open(Csv("question,answer,note\n\"What is \"\"1,5\"\"\nin words?\",\"a, b\",x\nQ,4,\nR,,\n"));

        Assert.Equal(
            [("Q", "4"), ("R", null), ("What is \"1,5\"\nin words?", "a, b")],
            All(task).OrderBy(problem => problem.Question, StringComparer.Ordinal).Select(problem => (problem.Question, problem.Answer)));
    }

    [Theory]
    [InlineData("", "expected a first row with the names of the columns, found nothing")]
    [InlineData("question,answer\n", "expected problems, one a row, found none")]
    [InlineData("question,question\nQ,1\n", "line 1: expected every column once, found question")]
    [InlineData("question,answer\nQ,1\nR,1,2\n", "line 3: expected 2 cells, found 3")]
    [InlineData("text,answer\nQ,1\n", "line 2: question: expected question or problem, or the key that --question-field names, found neither among text, answer")]
    [InlineData("question,answer\nQ,1\nQ,2\n", "line 3: answer: expected that of line 2, which asks the same (1), found 2")]
    public void Wrong_rows_are_named(string content, string message)
    {
        var path = Csv(content);

        Assert.Equal($"{path}: {message}", Assert.Throws<InputException>(() => FileTask.Open(path)).Message);
    }

    [Fact]
    public void Csv_in_another_encoding_is_refused()
    {
        var path = _folder.File("latin.csv");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("question,answer\nco\u00fbte,1\n"));

        Assert.Contains("expected text in UTF-8, found byte 0xFB", Assert.Throws<InputException>(() => FileTask.Open(path)).Message);
    }

    [Fact]
    public async Task Parquet_is_read_as_it_is_published()
    {
        var path = _folder.File("problems.parquet");
        await using (var stream = File.Create(path))
        {
            await ParquetSerializer.SerializeAsync(
                [new Row { Problem = "A", Answer = 4, Level = "Level 1" }, new Row { Problem = "B \u221a", Answer = null, Level = "Level 2" }], stream);
        }

        Assert.Equal(
            [("A", "4"), ("B \u221a", null)],
            All(FileTask.Open(path)).OrderBy(problem => problem.Question, StringComparer.Ordinal).Select(problem => (problem.Question, problem.Answer)));
        Assert.Equal(["B \u221a"], All(FileTask.Open(path, options: new TaskFileOptions { Levels = ["2"] })).Select(problem => problem.Question));
    }

    private string Csv(string content)
    {
        var path = _folder.File("problems.csv");
        File.WriteAllText(path, content);
        return path;
    }

    private static IReadOnlyList<Problem> All(FileTask task) => task.Draw(Split.All, task.Available(Split.All)!.Value, new Seed(1));

    public sealed class Row
    {
        [System.Text.Json.Serialization.JsonPropertyName("problem")]
        public string? Problem { get; set; }

        [System.Text.Json.Serialization.JsonPropertyName("answer")]
        public long? Answer { get; set; }

        [System.Text.Json.Serialization.JsonPropertyName("level")]
        public string? Level { get; set; }
    }
}
