using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tests.Tasks.Grading;

public sealed class GradedPairsTests
{
    public static TheoryData<string, string, bool> Pairs
    {
        get
        {
            var data = new TheoryData<string, string, bool>();
            foreach (var (left, right, equal) in GradedPair.All()) data.Add(left, right, equal);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Answers_are_equal_by_mathematics(string left, string right, bool equal)
    {
        Assert.Equal(equal, AnswerGrader.Same(left, right));
        Assert.Equal(equal, AnswerGrader.Same(right, left));
    }
}
