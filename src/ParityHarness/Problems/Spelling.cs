namespace ParityHarness.Problems;

/// <summary>What somebody may have meant by a word that is not known.</summary>
internal static class Spelling
{
    /// <summary>What stands in a message between the fact and what to do: <c>; did you mean 'fuzz'? </c>, or where no known word is near <c>; </c>.</summary>
    public static string DidYouMean(string word, IEnumerable<string> known) => Nearest(word, known) is { } near ? $"; did you mean '{near}'? " : "; ";

    /// <summary>The known word with the fewest letters changed, added, left out or swapped; null where more than a third of the letters differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var near = known.Select(one => (Word: one, Distance: Distance(word, one))).MinBy(one => one.Distance);
        return near.Word is not null && near.Distance > 0 && near.Distance * 3 <= Math.Max(3, near.Word.TrimStart('-').Length) ? near.Word : null;
    }

    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
