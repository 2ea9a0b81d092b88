using System.Text;

namespace MultiagentFT.Training.Pretraining;

/// <summary>A solution of any number of steps.</summary>
internal sealed class SteppedSolution(IReadOnlyList<SolutionStep> steps, string answer) : IWorkedSolution
{
    public string Answer => answer;

    public bool TakesDifferencesRight => steps.All(step => step.IsNoWrongDifference);

    public string Text(DifferenceWay way = DifferenceWay.AtOnce)
    {
        var text = new StringBuilder();
        foreach (var step in steps)
        {
            if (way == DifferenceWay.InColumns) text.Append(step.Columns);
            text.Append(step.Text).Append('\n');
        }
        return text.Append("\\boxed{").Append(answer).Append('}').ToString();
    }

    public string Summary()
    {
        var results = steps.Select(step => step.Result).ToList();
        if (results.Count > 1 && results[^1] == answer) results.RemoveAt(results.Count - 1);
        return $"{string.Join(" then ", results)}, so {answer}.";
    }
}
