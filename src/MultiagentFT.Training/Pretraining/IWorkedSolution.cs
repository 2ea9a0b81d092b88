namespace MultiagentFT.Training.Pretraining;

/// <summary>A problem worked out in steps, some of which may be wrong.</summary>
public interface IWorkedSolution
{
    /// <summary>What it comes to.</summary>
    string Answer { get; }

    /// <summary>Whether its differences are right, so that its author may have taken them in columns.</summary>
    bool TakesDifferencesRight { get; }

    /// <summary>As an agent writes it: one step a line, the answer in a box.</summary>
    string Text(DifferenceWay way = DifferenceWay.AtOnce);

    /// <summary>As a summary tells it: the result of every step.</summary>
    string Summary();
}
