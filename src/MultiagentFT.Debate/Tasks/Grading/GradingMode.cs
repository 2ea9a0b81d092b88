namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>Which rules decide whether two answers are equal.</summary>
public enum GradingMode
{
    /// <summary>Equal by mathematics: 2/4 is 1/2, 22+1 is 23, and "18 eggs" is 18.</summary>
    Default,

    /// <summary>
    /// The rules of PRM800K's grader, for comparison with published results: a whole number has to be written as one, a
    /// fraction in lowest terms, and unknown words do not match.
    /// </summary>
    Strict,
}
