using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Files;

public sealed class FileTaskTests : IDisposable
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
        lines.AddRange(Enumerable.Range(0, 1000).Select(n => $$"""{"question":" How  much is\t{{n}}? ","answer":"{{n}}"}"""));
        var task = Open([.. lines]);
        var parts = Enum.GetValues<Split>().Where(split => split != Split.All).ToDictionary(split => split, split => All(task, split));

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
    [InlineData("""{"question":"Q","anwser":"1"}""", "line 2: anwser: expected answer, or no such key where the answer is not known, found anwser")]
    [InlineData("""{"question":["Q"],"answer":"1"}""", "line 2: question: expected a text, found a list")]
    [InlineData("""{"question":3,"answer":"1"}""", "line 2: question: expected a text, found 3")]
    [InlineData("""{"question":"Q","answer":true}""", "line 2: answer: expected a text or a number, found true")]
    [InlineData("""{"question":"Q \ud83d 2","answer":"1"}""", "line 2: expected text of whole characters, found half of a surrogate pair")]
    [InlineData("""{"question":"Q","answer":"1","\ud83d":1}""", "line 2: expected text of whole characters, found half of a surrogate pair")]
    [InlineData("""{"question":"Q","answer":null,"solution":null,"id":[null]}""", "line 2: id")]
    [InlineData("""{"question":null,"text":"Q"}""", "line 2: question: expected question or problem, or the key that --question-field names, found neither among question, text")]
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

    /// <summary>One is no JSON, one no object, one has no question, one a character that is none; the third and the last are problems.</summary>
    [Fact]
    public void Bad_rows_are_left_out_and_counted_on_request()
    {
        string[] lines =
        [
            "{", "[1]", """{"question":"First","answer":"1"}""", """{"answer":"1"}""", """{"question":"Q \ud83d 2","answer":"1"}""", """{"question":"C","A":"x","B":"y","answer":"A"}""",
            """{"question":"Last","answer":"2"}""",
        ];
        var path = _folder.Write("bad.jsonl", lines);

        var task = FileTask.Open(path, options: new TaskFileOptions { SkipBadRows = true });

        Assert.Equal(2, task.Available(Split.All));
        Assert.StartsWith($"{path}: 5 bad rows are left out (line 1, line 2, line 4: question, line 5, line 6: choices), the first as {path}: line 1: expected a JSON object, found ", Assert.Single(task.Notes), StringComparison.Ordinal);
        Assert.StartsWith($"{path}: line 1: ", Assert.Throws<InputException>(() => FileTask.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_bad_rows_has_no_problems_and_contradictions_stay_errors()
    {
        var (bad, contradictory) = (_folder.Write("none.csv", "question,answer", "Q", ",1"), _folder.Write("two.csv", "question,answer", "Q,1", "Q,2"));
        var skip = new TaskFileOptions { SkipBadRows = true };

        Assert.Equal(
            $"{bad}: expected problems, one a row, found 2 bad, the first as {bad}: line 2: expected 2 cells, found 1",
            Assert.Throws<InputException>(() => FileTask.Open(bad, options: skip)).Message);
        Assert.Contains("line 3: answer: expected that of line 2", Assert.Throws<InputException>(() => FileTask.Open(contradictory, options: skip)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"question":"Q","answer":4}""", "4")]
    [InlineData("""{"question":"Q","answer":-0.50}""", "-0.50")]
    [InlineData("""{"question":"Q"}""", null)]
    [InlineData("""{"question":"Q","answer":null,"answers_seen":[1]}""", null)]
    [InlineData("""{"id":null,"problem":"Q","solution":null}""", null)]
    public void Numbers_are_answers_and_answers_may_be_unknown(string line, string? answer) =>
        Assert.Equal(answer, All(Open(line)).Single().Answer);

    [Fact]
    public void Questions_that_differ_in_case_are_different_and_share_a_split()
    {
        string[] lines =
        [
            """{"question":"Find \\Delta if \\delta=2.","answer":"A"}""",
            """{"question":"Find \\delta if \\Delta=2.","answer":"B"}""",
            """{"question":"Find \\delta if \\delta=2.","answer":"C"}""",
        ];
        var task = Open(lines);

        Assert.Equal(["A", "B", "C"], All(task).Select(problem => problem.Answer).Order());
        Assert.Equal(3, All(task).Select(problem => problem.Id).Distinct().Count());
        Assert.Contains(3, new[] { Split.Development, Split.Training, Split.Evaluation }.Select(split => task.Available(split)));
        Assert.Empty(task.Notes);
    }

    [Fact]
    public void Repeated_questions_are_merged_and_said()
    {
        var task = Open(
            """{"question":"Half of 1?","answer":"1/2"}""", "", """{"question":" Half  of 1? ","answer":"0.5"}""", """{"question":"Q","answer":"1"}""");

        Assert.Equal(["1", "1/2"], All(task).Select(problem => problem.Answer).Order(StringComparer.Ordinal));
        Assert.Equal([$"{task.Name}: 1 rows repeat a question and its answer and are left out (line 3 as line 1)"], task.Notes);
    }

    [Theory]
    [InlineData("""{"question":"Q","answer":"3"}""", "line 2: answer: expected that of line 1, which asks the same (2), found 3")]
    [InlineData("""{"question":"Q"}""", "line 2: answer: expected as in line 1, which asks the same (2), found none")]
    public void Contradictions_are_refused_with_both_lines(string line, string message)
    {
        var error = Assert.Throws<InputException>(() => Open("""{"question":"Q","answer":"2"}""", line));

        Assert.EndsWith(message, error.Message);
    }

    [Fact]
    public void Other_encodings_are_refused_with_the_line()
    {
        var path = _folder.File("latin.jsonl");
        File.WriteAllBytes(path, [.. """{"question":"Q","answer":"1"}"""u8, (byte)'\n', .. "{\"question\":\"co"u8, 0xFB, .. "te\",\"answer\":\"2\"}"u8]);

        var error = Assert.Throws<InputException>(() => FileTask.Open(path));

        Assert.Equal($"{path}: line 2: expected text in UTF-8, found byte 0xFB at 16, as other encodings have it", error.Message);
    }

    [Fact]
    public void Levels_and_subjects_are_taken_and_wrong_ones_named()
    {
        string[] lines =
        [
            """{"problem":"A","answer":"1","level":"Level 5","type":"Algebra"}""",
            """{"problem":"B","answer":"2","level":5,"subject":"Geometry"}""",
            """{"problem":"C","answer":"3","level":"Level 1","subject":"Algebra"}""",
            """{"problem":"D","answer":"4"}""",
        ];

        Assert.Equal(["A", "B"], Questions(new() { Levels = ["5"] }, lines));
        Assert.Equal(["A", "C"], Questions(new() { Subjects = ["algebra"] }, lines));
        Assert.Equal(["A"], Questions(new() { Levels = ["Level 5"], Subjects = ["Algebra"] }, lines));
        var error = Assert.Throws<InputException>(() => Questions(new() { Subjects = ["Algebr"] }, lines));
        Assert.EndsWith("subject: expected one of Algebra, Geometry, found Algebr (did you mean Algebra?)", error.Message);
    }

    [Theory]
    [InlineData("\"Level 5\"", "Level 5")]
    [InlineData("5", "5")]
    [InlineData("null", null)]
    [InlineData("[5]", null)]
    [InlineData("\" \"", null)]
    public void A_level_that_is_a_text_or_a_number_is_kept_for_results(string level, string? expected) =>
        Assert.Equal(expected, All(Open($$"""{"problem":"A","answer":"1","level":{{level}}}""")).Single().Level);

    [Fact]
    public void Fields_of_other_names_are_read()
    {
        var options = new TaskFileOptions { QuestionField = "prompt", AnswerField = "gold" };
        var task = FileTask.Open(_folder.Write("problems.jsonl", """{"prompt":"Q","gold":"so \\boxed{7}","question":"other","answer":"8"}"""), options: options);

        Assert.Equal(("Q", "7"), All(task).Select(problem => (problem.Question, problem.Answer)).Single());
        Assert.Contains(
            "line 1: prompt: expected a question, found nothing",
            Assert.Throws<InputException>(() => FileTask.Open(_folder.Write("problems.jsonl", """{"question":"Q"}"""), options: options)).Message);
    }

    [Fact]
    public void Files_without_problems_are_refused()
    {
        Assert.Throws<InputException>(() => Open(""));
        Assert.Throws<InputException>(() => FileTask.Open(_folder.File("none.jsonl")));
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

    private IEnumerable<string> Questions(TaskFileOptions options, string[] lines) =>
        All(FileTask.Open(_folder.Write("problems.jsonl", lines), options: options)).Select(problem => problem.Question).Order(StringComparer.Ordinal);

    private FileTask Open(params string[] lines) => FileTask.Open(_folder.Write("problems.jsonl", lines));

    private static IReadOnlyList<Problem> All(FileTask task) => All(task, Split.All);

    private static IReadOnlyList<Problem> All(FileTask task, Split split) => task.Draw(split, task.Available(split)!.Value, new Seed(1));
}
