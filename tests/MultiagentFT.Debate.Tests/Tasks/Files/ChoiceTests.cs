using System.Text.Json;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;
using Parquet.Serialization;

namespace MultiagentFT.Debate.Tests.Tasks.Files;

/// <summary>Problems with choices, as MMLU, MMLU-Pro, ARC and tables with a column a choice have them.</summary>
public sealed class ChoiceTests : IDisposable
{
    private const string Asked = "What is 2+2?\nA) 3\nB) 4\nC) 5\nAnswer with the letter of the right choice.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"question": "What is 2+2?", "subject": "algebra", "choices": ["3", "4", "5"], "answer": 1}""")]
    [InlineData("""{"question": "What is 2+2?", "choices": ["3", 4, "5"], "answer": "b"}""")]
    [InlineData("""{"question": " What is 2+2? ", "options": ["3", " 4 ", "5"], "answer": "B"}""")]
    [InlineData("""{"question": "What is 2+2?", "choices": {"text": ["3", "4", "5"], "label": ["A", "B", "C"]}, "answerKey": "B"}""")]
    [InlineData("""{"question": "What is 2+2?", "choices": {"text": ["3", "4", "5"], "label": ["1", "2", "3"]}, "answerKey": "2"}""")]
    [InlineData("""{"question": "What is 2+2?", "A": "3", "B": "4", "C": "5", "answer": "B"}""")]
    public void Json_lines(string line)
    {
        var problem = Assert.Single(All(FileTask.Open(Lines(line))));

        Assert.Equal((Asked, "B"), (problem.Question, problem.Answer));
    }

    [Fact]
    public void An_answer_may_be_the_text_of_a_choice_or_unknown()
    {
        var problems = All(FileTask.Open(Lines("""{"question": "Capital?", "choices": ["Rome", "Paris"], "answer": "Paris"}""", """{"question": "Another?", "choices": ["x", "y"]}""")));

        Assert.Equal([null, "B"], problems.OrderBy(problem => problem.Question, StringComparer.Ordinal).Select(problem => problem.Answer));
    }

    [Fact]
    public void Csv_has_a_column_a_choice()
    {
        var path = _folder.File("choices.csv");
        File.WriteAllText(path, "question,A,B,C,D,answer\nWhat is 2+2?,3,4,5,,B\n");

        var problem = Assert.Single(All(FileTask.Open(path)));

        Assert.Equal((Asked, "B"), (problem.Question, problem.Answer));
    }

    [Theory]
    [InlineData("Q,3,4,,6,D\n", "C: expected a text, as D has one, found nothing")]
    [InlineData("Q,,4,5,6,B\n", "A: expected a text, as D has one, found nothing")]
    public void A_choice_that_is_missing_between_others_is_named(string row, string message)
    {
        var path = _folder.File("choices.csv");
        File.WriteAllText(path, "question,A,B,C,D,answer\n" + row);

        Assert.Equal($"{path}: line 2: {message}", Assert.Throws<InputException>(() => FileTask.Open(path)).Message);
    }

    [Fact]
    public void A_column_of_one_letter_that_follows_no_choice_is_none()
    {
        var path = _folder.File("choices.csv");
        File.WriteAllText(path, "Q,A,B,C,answer\nWhat is 2+2?,3,4,5,B\n");

        var problem = Assert.Single(All(FileTask.Open(path, options: new TaskFileOptions { QuestionField = "Q" })));

        Assert.Equal((Asked, "B"), (problem.Question, problem.Answer));
    }

    [Fact]
    public async Task Parquet_has_lists()
    {
        var path = _folder.File("choices.parquet");
        await ParquetSerializer.SerializeAsync<Row>([new Row { question = "What is 2+2?", choices = ["3", "4", "5"], answer = 1 }], path, cancellationToken: TestContext.Current.CancellationToken);

        var problem = Assert.Single(All(FileTask.Open(path)));

        Assert.Equal((Asked, "B"), (problem.Question, problem.Answer));
    }

    [Fact]
    public async Task Parquet_has_lists_with_labels()
    {
        var path = _folder.File("labels.parquet");
        await ParquetSerializer.SerializeAsync<LabelledRow>(
            [new LabelledRow { question = "What is 2+2?", choices = new Labelled { text = ["3", "4", "5"], label = ["1", "2", "3"] }, answerKey = "2" }], path, cancellationToken: TestContext.Current.CancellationToken);

        var problem = Assert.Single(All(FileTask.Open(path)));

        Assert.Equal((Asked, "B"), (problem.Question, problem.Answer));
    }

    [Theory]
    [InlineData("B", "B")]
    [InlineData("b", "B")]
    [InlineData("(C)", "C")]
    [InlineData(@"\text{D}", "D")]
    [InlineData(@"\textbf{(A)}", "A")]
    [InlineData("B) Paris", "B")]
    [InlineData("B. Paris", "B")]
    [InlineData("B.Paris", "B")]
    [InlineData("(B) Paris", "B")]
    [InlineData("(D) Andorra", "D")]
    [InlineData("(B): Paris", "B")]
    [InlineData(@"\text{(B) Paris}", "B")]
    [InlineData(@"\textbf{(B)}\ 12", "B")]
    [InlineData(@"\textbf{(B) } 12", "B")]
    [InlineData("The correct answer is (C) Bonn.", "C")]
    [InlineData("Final answer: D", "D")]
    [InlineData("C) Both (a) and (b)", "C")]
    [InlineData("(C) Both (a) and (b)", "C")]
    [InlineData("B) and", "B")]
    [InlineData("(A) and (C)", "(A) and (C)")]
    [InlineData("(A) or (B).", "(A) or (B).")]
    [InlineData("(A) (B)", "(A) (B)")]
    [InlineData("(A) + (B)", "(A) + (B)")]
    [InlineData("A and B", "A and B")]
    [InlineData("A.D. 70", "A.D. 70")]
    [InlineData("choice B", "B")]
    [InlineData("The answer is (B)", "B")]
    [InlineData("Option C.", "C")]
    [InlineData("Paris", "Paris")]
    [InlineData("a house", "a house")]
    [InlineData("42", "42")]
    public void Replies_name_a_letter(string boxed, string expected)
    {
        var task = FileTask.Open(Lines("""{"question": "Capital?", "choices": ["Rome", "Paris", "Bonn", "Oslo"], "answer": 1}"""));

        Assert.Equal(expected, task.Extract($@"So \boxed{{{boxed}}}."));
        Assert.Null(task.Extract("So B."));
    }

    [Theory]
    [InlineData("""{"question": "Q", "choices": ["a", "b"], "answer": 2}""", "line 1: answer: expected a letter from A to B, a number from 0 to 1, or one of the choices, found 2")]
    [InlineData("""{"question": "Q", "choices": ["a", "b"], "answer": "c"}""", "line 1: answer: expected a letter from A to B, a number from 0 to 1, or one of the choices, found c")]
    [InlineData("""{"question": "Q", "choices": ["2", "1", "0"], "answer": "2"}""", "line 1: answer: expected a letter, a number or another text, as this one is the place of one choice from 0 on and the text of another, found 2")]
    [InlineData("""{"question": "Q", "choices": ["5", "1", "0"], "answer": "0"}""", "line 1: answer: expected a letter, a number or another text, as this one is the place of one choice from 0 on and the text of another, found 0")]
    [InlineData("""{"question": "Q", "choices": ["2", "1", "0"], "answer": "A"}""", null)]
    [InlineData("""{"question": "Q", "choices": ["0", "2", "1"], "answer": 0}""", null)]
    [InlineData("""{"question": "Q", "choices": ["2", "0", "1"], "answer": 0}""", null)]
    [InlineData("""{"question": "Q", "choices": ["0", "2", "1"], "answer": "0"}""", null)]
    [InlineData("""{"question": "Q", "choices": ["7", "8", "9"], "answer": "7"}""", null)]
    [InlineData("""{"question": "Q", "choices": ["a", "a"], "answer": "a"}""", null)]
    [InlineData("""{"question": "Q", "choices": ["a"], "answer": 0}""", "line 1: choices: expected 2 to 26 choices, found 1")]
    [InlineData("""{"question": "Q", "choices": ["a", " "], "answer": 0}""", "line 1: choices[1]: expected a text, found nothing")]
    [InlineData("""{"question": "Q", "choices": ["a", []], "answer": 0}""", "line 1: choices[1]: expected a text or a number, found a list")]
    [InlineData("""{"question": "Q", "choices": "a or b", "answer": 0}""", "line 1: choices: expected a list of texts, found a text")]
    [InlineData("""{"question": "Q", "choices": {"label": ["A"]}, "answer": 0}""", "line 1: choices: expected a list of texts, or an object of lists text and label, found an object without text")]
    [InlineData("""{"question": "Q", "choices": {"text": ["a", "b"], "label": ["A"]}, "answerKey": "A"}""", "line 1: choices: expected a label for each of the 2 choices, found 1")]
    public void Wrong_rows_are_named(string line, string? message)
    {
        var path = Lines(line);

        if (message is null) Assert.Equal("A", Assert.Single(All(FileTask.Open(path))).Answer);
        else Assert.Equal($"{path}: {message}", Assert.Throws<InputException>(() => FileTask.Open(path)).Message);
    }

    [Fact]
    public void All_rows_have_choices_or_none()
    {
        var path = Lines("""{"question": "Q", "choices": ["a", "b"], "answer": 0}""", """{"question": "R", "answer": 0}""");

        Assert.Equal($"{path}: line 2: choices: expected some, as the rows before have them, found none", Assert.Throws<InputException>(() => FileTask.Open(path)).Message);
        Assert.Equal("7", Assert.Single(All(FileTask.Open(Lines("""{"question": "Q", "options": "none", "answer": 7}""")))).Answer);
    }

    private static IReadOnlyList<Problem> All(FileTask task) => task.Draw(Split.All, task.Available(Split.All)!.Value, new Seed(1));

    private string Lines(params string[] lines)
    {
        foreach (var line in lines) JsonDocument.Parse(line).Dispose();
        var path = _folder.File("choices.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    private sealed class LabelledRow
    {
        public string question { get; set; } = "";

        public Labelled choices { get; set; } = new();

        public string answerKey { get; set; } = "";
    }

    private sealed class Labelled
    {
        public List<string> text { get; set; } = [];

        public List<string> label { get; set; } = [];
    }

    private sealed class Row
    {
        public string question { get; set; } = "";

        public List<string> choices { get; set; } = [];

        public long answer { get; set; }
    }
}
