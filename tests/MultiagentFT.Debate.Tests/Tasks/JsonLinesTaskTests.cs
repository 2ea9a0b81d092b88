using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks;

public sealed class JsonLinesTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("""{"question":"Q","answer":"2+2\n#### 4","extra":[1]}""", "4")]
    [InlineData("""{"question":"Q","answer":" 1,000 "}""", "1,000")]
    [InlineData("""{"problem":"Q","solution":"\\boxed{1} then \\boxed{\\frac{1}{2}}.","level":"Level 1"}""", "\\frac{1}{2}")]
    [InlineData("""{"problem":"Q","solution":"\\fbox{4}"}""", "4")]
    [InlineData("""{"problem":"Q","solution":"so $\\boxed 4$"}""", "4")]
    [InlineData("""{"problem":"Q","solution":"see answer","answer":"7"}""", "7")]
    public void Known_forms_are_read(string line, string answer)
    {
        var problem = All(Open(line)).Single();

        Assert.Equal(("Q", answer), (problem.Question, problem.Answer));
        Assert.Equal(16, problem.Id.Length);
    }

    [Fact]
    public void Ids_are_taken_from_the_file()
    {
        var problems = All(Open("""{"id":"a-1","question":"Q","answer":"1"}""", """{"id":12,"question":"R","answer":"1"}"""));

        Assert.Equal(["12", "a-1"], problems.Select(problem => problem.Id).Order());
    }

    [Fact]
    public void Splits_are_disjoint_and_hold_every_question_once()
    {
        var lines = Enumerable.Range(0, 1000).Select(n => $$"""{"question":"How much is {{n}}?","answer":"{{n}}"}""").ToList();
        // The same questions in other clothes.
        lines.AddRange(Enumerable.Range(0, 1000).Select(n => $$"""{"question":" how  much is\t{{n}}? ","answer":"{{n}}"}"""));
        var task = Open([.. lines]);
        var parts = Enum.GetValues<Split>().ToDictionary(split => split, split => All(task, split));

        Assert.Empty(parts[Split.Pretraining]);
        Assert.InRange(parts[Split.Development].Count, 70, 130);
        Assert.InRange(parts[Split.Training].Count, 400, 500);
        Assert.Equal(1000, parts.Values.Sum(part => part.Count));
        Assert.Equal(1000, parts.Values.SelectMany(part => part).Select(problem => problem.Answer).Distinct().Count());
    }

    [Fact]
    public void A_question_keeps_its_split_when_the_file_changes()
    {
        string[] lines = [.. Enumerable.Range(0, 200).Select(n => $$"""{"question":"How much is {{n}}?","answer":"{{n}}"}""")];
        var whole = All(Open(lines), Split.Training).Select(problem => problem.Id).ToHashSet();
        var half = All(Open([.. lines.Reverse().Take(100)]), Split.Training);

        Assert.NotEmpty(half);
        Assert.All(half, problem => Assert.Contains(problem.Id, whole));
    }

    [Fact]
    public void Draws_are_repeatable_and_differ_by_seed()
    {
        var task = Open([.. Enumerable.Range(0, 200).Select(n => $$"""{"question":"How much is {{n}}?","answer":"{{n}}"}""")]);

        Assert.Equal(task.Draw(Split.Training, 20, new Seed(1)), task.Draw(Split.Training, 20, new Seed(1)));
        Assert.NotEqual(task.Draw(Split.Training, 20, new Seed(1)), task.Draw(Split.Training, 20, new Seed(2)));
    }

    [Fact]
    public void More_than_there_are_is_refused_with_the_numbers()
    {
        var error = Assert.Throws<InputException>(() => Open("""{"question":"Q","answer":"1"}""").Draw(Split.Pretraining, 5, new Seed(1)));

        Assert.EndsWith("split Pretraining: expected 5 problems, found 0 of 1", error.Message);
    }

    [Theory]
    [InlineData("""{"answer":"1"}""", "line 2: question")]
    [InlineData("""{"question":"Q"}""", "line 2: answer")]
    [InlineData("""{"question":3,"answer":"1"}""", "line 2: question")]
    [InlineData("""{"question":"  ","answer":"1"}""", "line 2: question")]
    [InlineData("""{"question":"Q","answer":"work #### "}""", "line 2: answer")]
    [InlineData("""{"problem":"Q","solution":"no box"}""", "line 2: solution")]
    [InlineData("""{"id":true,"question":"Q","answer":"1"}""", "line 2: id")]
    [InlineData("""{"id":"one","question":"Q","answer":"1"}""", "line 2: id: expected an id of its own (line 1 has it), found one")]
    [InlineData("[1]", "line 2")]
    [InlineData("{", "line 2")]
    public void Wrong_lines_are_named(string line, string place)
    {
        var error = Assert.Throws<InputException>(() => Open("""{"id":"one","question":"First","answer":"1"}""", line));

        Assert.Contains($"problems.jsonl: {place}", error.Message);
    }

    [Fact]
    public void Files_without_problems_are_refused()
    {
        Assert.Throws<InputException>(() => Open(""));
        Assert.Throws<InputException>(() => JsonLinesTask.Open(_folder.File("none.jsonl")));
    }

    [Fact]
    public void The_catalog_knows_arithmetic_and_files()
    {
        var path = _folder.Write("problems.jsonl", """{"question":"Q","answer":"1/2"}""");

        Assert.IsType<ArithmeticTask>(TaskCatalog.Open("arithmetic"));
        Assert.Equal(path, TaskCatalog.Open(path).Name);
        Assert.True(TaskCatalog.Open(path).Same("0.5", "\\frac12"));
        Assert.True(TaskCatalog.Open(path).Same("2/4", "1/2"));
        Assert.False(TaskCatalog.Open(path, GradingMode.Strict).Same("2/4", "1/2"));
        Assert.Equal("x", TaskCatalog.Open(path).Extract("\\boxed{x}"));
        Assert.Contains("arithmetic", Assert.Throws<InputException>(() => TaskCatalog.Open("algebra")).Message);
    }

    public void Dispose() => _folder.Dispose();

    private JsonLinesTask Open(params string[] lines) => JsonLinesTask.Open(_folder.Write("problems.jsonl", lines));

    private static List<Problem> All(JsonLinesTask task) => [.. Enum.GetValues<Split>().SelectMany(split => All(task, split))];

    /// <summary>The refusal of one problem too many says how many there are; counting up finds it.</summary>
    private static List<Problem> All(JsonLinesTask task, Split split)
    {
        var all = new List<Problem>();
        for (var count = 1; ; count++)
        {
            try
            {
                all = [.. task.Draw(split, count, new Seed(1))];
            }
            catch (InputException)
            {
                return all;
            }
        }
    }
}
