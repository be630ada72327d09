Console.WriteLine("parity");
