using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Similarity;

public sealed class NearDuplicatesTests
{
    private const string Clips = "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did Natalia sell altogether in April and May?";
    private const string Towns = "A) Paris\nB) Madrid\nC) Rome\nD) Berlin\n";
    private const string Roots = @"Find the sum of the roots of $x^2 - 5x + \frac{1}{2} = 0$, where $x \ge 1{,}000$.";

    [Theory]
    [InlineData(Clips, "NATALIA sold clips to 48 of her friends in april and then she sold half as many clips in may; how many clips did Natalia sell, altogether, in April and May")]
    [InlineData(Clips, "Natalia sold clips to 48 of her friends in April, and   then\nshe sold half as many clips in May. How many clips did Natalia sell altogether in April and May??")]
    [InlineData(Clips, "Natalie sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did Natalie sell altogether in April and May?")]
    [InlineData(Roots, @"find the sum of the roots of $$x^2-5x+\dfrac{1}{2}=0$$ where $x\ge 1{,}000$")]
    [InlineData("A car costs $20,000.50 today. What does it cost after a discount of 5%?", "A car costs 20000.5 dollars today. What does it cost after a discount of 5 percent?")]
    [InlineData("Is it Jenny’s well-known hat?", "Is it Jenny's well known hat?")]
    [InlineData("What is 3 × 4?", @"What is $3 \cdot 4$?")]
    [InlineData("Roslyn has twenty boxes.", "Roslyn has 20 boxes.")]
    [InlineData("x", "X")]
    public void Problems_that_differ_in_letter_case_punctuation_blanks_or_a_few_words_are_nearly_the_same(string left, string right)
    {
        var pair = Assert.Single(Find([left], [right]));

        Assert.Equal((left, right), (pair.Training.Question, pair.Evaluation.Question));
        Assert.InRange(pair.Similarity, NearDuplicates.DefaultSimilarity, 1);
        Assert.Single(Find([right], [left]));
    }

    [Theory]
    [InlineData(Clips, "Natalia sold clips to 49 of her friends in April, and then she sold half as many clips in May. How many clips did Natalia sell altogether in April and May?")]
    [InlineData(Clips, "Natalia sold clips to her friends in April, and then she sold half as many clips in May. How many clips did Natalia sell altogether in April and May?")]
    [InlineData("Tom has 3 apples and 5 pears. How many more pears has he?", "Tom has 5 apples and 3 pears. How many more pears has he?")]
    [InlineData("What is 21+7*18+12-8*28?", "What is 21+7*18+12+8*28?")]
    [InlineData("What is 5 - 3?", "What is 5, 3?")]
    [InlineData("What is -3 plus 4?", "What is 3 plus 4?")]
    [InlineData("It weighs 1.5 kg.", "It weighs 15 kg.")]
    [InlineData("What is the sum of any four consecutive positive odd numbers in a row?", "What is the sum of any six consecutive positive odd numbers in a row?")]
    [InlineData("What is the capital of France?", "What is the capital of Spain?")]
    [InlineData(Clips, "Natalia sold clips to 48 of her friends in April. In May her sister sold a third of what the two had sold together by then. How many were sold in both months?")]
    [InlineData("?", "!")]
    public void Other_numbers_operators_or_words_are_another_problem(string left, string right)
    {
        Assert.Empty(Find([left], [right]));
        Assert.Empty(Find([right], [left]));
    }

    [Theory]
    [InlineData("What is the capital of France?", "What is the capital of Spain?", Towns, Towns, false)]
    [InlineData("What is the capital of France?", "what is the capital of France", Towns, Towns, true)]
    [InlineData("What is the capital of France?", "What is the capital of France?", Towns, "A) Lyon\nB) Lille\nC) Nice\nD) Brest\n", false)]
    [InlineData(Clips, "Natalie sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did Natalie sell altogether in April and May?", Towns, Towns, true)]
    public void Questions_with_choices_are_nearly_the_same_where_both_are(string left, string right, string choices, string others, bool expected)
    {
        const string Request = "Answer with the letter of the right choice.";

        Assert.Equal(expected, Find([$"{left}\n{choices}{Request}"], [$"{right}\n{others}{Request}"]).Count == 1);
    }

    [Fact]
    public void A_changed_word_in_the_midst_changes_two_pairs_of_words_and_one_at_the_end_one()
    {
        const string Text = "a b c d e f g h i j k";

        Assert.Equal(8 / 12.0, Similarity(Text, "a b c d X f g h i j k"), 12);
        Assert.Equal(9 / 11.0, Similarity(Text, "a b c d e f g h i j X"), 12);
        Assert.Single(Find([Text], ["a b c d X f g h i j k"], 8 / 12.0));
        Assert.Empty(Find([Text], ["a b c d X f g h i j k"], 0.67));

        static double Similarity(string left, string right) => ShingleSet.Similarity<ulong>(ShingleSet.Of(left), ShingleSet.Of(right));
    }

    [Fact]
    public void Each_training_problem_is_named_once_with_the_first_evaluation_problem_like_it()
    {
        var found = Find(["one two three four", "five six", "One two three four."], ["nine ten", "one two: three four", "one, two, three, four"]);

        Assert.Equal([("0", "1"), ("2", "1")], found.Select(pair => (pair.Training.Id, pair.Evaluation.Id)));
    }

    /// <summary>The search against a comparison of all with all, on texts of few words, of which many pairs are near the threshold.</summary>
    [Theory]
    [InlineData(0.4)]
    [InlineData(0.5)]
    [InlineData(2 / 3.0)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    public void The_search_finds_what_comparing_all_with_all_finds(double similarity)
    {
        var random = new Seed(5).Generator();
        var texts = Enumerable.Range(0, 400).Select(_ => string.Join(' ', Enumerable.Range(0, 1 + random.Next(9)).Select(place => random.Next(4) == 0 ? $"w{(char)('a' + random.Next(6))}" : $"p{(char)('a' + place)}"))).ToArray();
        var (training, evaluation) = (Problems(texts[..200]), Problems(texts[200..]));

        var expected =
            from one in training
            let sets = ShingleSet.Of(one.Question)
            let other = evaluation.FirstOrDefault(other => ShingleSet.Similarity<ulong>(sets, ShingleSet.Of(other.Question)) >= similarity)
            where other is not null
            select (one.Id, other.Id);

        var found = NearDuplicates.Find(training, evaluation, similarity).Select(pair => (pair.Training.Id, pair.Evaluation.Id)).ToList();
        Assert.Equal(expected, found);
        Assert.NotEmpty(found);
        Assert.NotEqual(training.Count, found.Count);
    }

    private static IReadOnlyList<NearDuplicate> Find(string[] training, string[] evaluation, double similarity = NearDuplicates.DefaultSimilarity) =>
        NearDuplicates.Find(Problems(training), Problems(evaluation), similarity);

    private static IReadOnlyList<Problem> Problems(string[] questions) => [.. questions.Select((question, index) => new Problem($"{index}", question, null))];
}
