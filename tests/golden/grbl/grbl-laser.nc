(sheet-1 for generic-grbl-laser)
G21 G17 G90 G94 G54
M5 M9
(stock 250 x 170 x 1 mm)
(work zero: lower left corner of the sheet)
(control setting $30 = 1000)
(control setting $31 = 0)
(control setting $32 = 1)
M8
(piece 0: plate)
G0 X50 Y50
M4 S150
G1 X70 F3000
G0 X60 Y45 S0
G1 Y55 S150
G0 X40 Y40 S0
M3 S800
G1
G4 P0.3
M4 S800
X45 F900
G2 X35 Y40 I-5 J0
X45 Y40 I5 J0
G0 X18 Y20 S0
M3 S800
G1
G4 P0.3
M4 S800
X90 F1200
G3 X100 Y30 I0 J10
G1 Y70
G3 X20 Y70 I-40 J-96
G1 Y20
S0
M9
M5
M30
